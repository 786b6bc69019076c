//! What a language with comments, strings and keywords is, as a table.

/// A language as the lexer reads it. Written with `..Code::PLAIN`, so that an entry says only
/// what the language has. The word lists are sorted; a test holds it.
#[derive(Debug)]
pub(crate) struct Code {
    /// What begins a comment that ends with the line.
    pub(crate) notes: &'static [&'static str],
    /// What begins and ends a comment.
    pub(crate) blocks: &'static [(&'static str, &'static str)],
    /// Strings, longest opening first.
    pub(crate) quotes: &'static [Quote],
    /// Keywords.
    pub(crate) words: &'static [&'static str],
    /// Words that are keywords only before a space and a further word or string.
    pub(crate) soft: &'static [&'static str],
    /// Words that stand for a value.
    pub(crate) constants: &'static [&'static str],
    /// Keywords after which the next word is the name of something new.
    pub(crate) defines: &'static [&'static str],
    /// Keywords after which a command or an expression begins.
    pub(crate) opens: &'static [&'static str],
    /// Further bytes that begin a word.
    pub(crate) starts: &'static str,
    /// Further bytes within a word.
    pub(crate) goes_on: &'static str,
    /// The peculiarities, a sum of the constants below.
    pub(crate) traits: u32,
}

impl Code {
    /// Nothing at all.
    pub(crate) const PLAIN: Self = Self {
        notes: &[],
        blocks: &[],
        quotes: &[],
        words: &[],
        soft: &[],
        constants: &[],
        defines: &[],
        opens: &[],
        starts: "",
        goes_on: "",
        traits: 0,
    };

    pub(crate) const fn has(&self, peculiarity: u32) -> bool {
        self.traits & peculiarity != 0
    }
}

/// `name(` is the name of a function.
pub(crate) const CALLS: u32 = 1;
/// `Name` is the name of a type.
pub(crate) const CAPITALS: u32 = 1 << 1;
/// `/* /* */ */` is one comment.
pub(crate) const NESTED: u32 = 1 << 2;
/// `'c'` is a character and `'a` is something else.
pub(crate) const CHARACTERS: u32 = 1 << 3;
/// `r#"…"#` is a string, and `name!` a macro.
pub(crate) const RUST: u32 = 1 << 4;
/// `R"end(…)end"` is a string, `1'000` a number.
pub(crate) const CPP: u32 = 1 << 5;
/// `#word` at the beginning of a line is a directive.
pub(crate) const DIRECTIVES: u32 = 1 << 6;
/// `@name` is a name.
pub(crate) const DECORATORS: u32 = 1 << 7;
/// `/…/` is a regular expression where no operand stands before it.
pub(crate) const REGEX: u32 = 1 << 8;
/// `<name` is the name of a tag.
pub(crate) const TAGS: u32 = 1 << 9;
/// `<<END` and `<<~END`: the lines up to `END` are text.
pub(crate) const HEREDOC: u32 = 1 << 10;
/// Commands and `$NAME`.
pub(crate) const SHELL: u32 = 1 << 11;
/// Keywords in any case.
pub(crate) const ANY_CASE: u32 = 1 << 12;
/// `"key":` is a name.
pub(crate) const TEXT_KEYS: u32 = 1 << 13;
/// `key =` at the beginning of a line is a name, and so is a line `[section]`.
pub(crate) const LINE_KEYS: u32 = 1 << 14;
/// `target:` at the beginning of a line is a name, and `$(NAME)`.
pub(crate) const TARGETS: u32 = 1 << 15;
/// `:name` is a constant.
pub(crate) const SYMBOLS: u32 = 1 << 16;
/// `$name` is a word of its own, never a keyword or a name.
pub(crate) const DOLLARS: u32 = 1 << 17;
/// A word after a dot may still be anything.
pub(crate) const DOTTED: u32 = 1 << 18;
/// `$NAME` is a name.
pub(crate) const SHELL_VARIABLES: u32 = 1 << 19;
/// Comments only after a blank.
pub(crate) const SPACED_NOTES: u32 = 1 << 20;

/// How a string takes in its own closing quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Not at all.
    None,
    /// After a backslash.
    Backslash,
    /// Written twice.
    Doubled,
}

/// A kind of string.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quote {
    /// The words one of which must stand directly before it; none is meant by an empty list.
    pub(crate) prefixes: &'static [&'static str],
    pub(crate) open: &'static str,
    pub(crate) close: &'static str,
    pub(crate) escape: Escape,
    /// Whether it goes on over line ends.
    pub(crate) lines: bool,
    /// What begins and ends a piece of code within it: the opening, and the closing bracket.
    pub(crate) hole: Option<(&'static str, u8)>,
}

impl Quote {
    /// A string on one line with backslashes.
    pub(crate) const fn plain(quote: &'static str) -> Self {
        Self {
            prefixes: &[],
            open: quote,
            close: quote,
            escape: Escape::Backslash,
            lines: false,
            hole: None,
        }
    }

    /// A string between two marks with nothing special in it, over any number of lines.
    pub(crate) const fn raw(open: &'static str, close: &'static str) -> Self {
        Self {
            prefixes: &[],
            open,
            close,
            escape: Escape::None,
            lines: true,
            hole: None,
        }
    }

    pub(crate) const fn long(mut self) -> Self {
        self.lines = true;
        self
    }

    pub(crate) const fn escape(mut self, escape: Escape) -> Self {
        self.escape = escape;
        self
    }

    pub(crate) const fn one_line(mut self) -> Self {
        self.lines = false;
        self
    }

    pub(crate) const fn closed_by(mut self, close: &'static str) -> Self {
        self.close = close;
        self
    }

    pub(crate) const fn after(mut self, prefixes: &'static [&'static str]) -> Self {
        self.prefixes = prefixes;
        self
    }

    pub(crate) const fn hole(mut self, open: &'static str, close: u8) -> Self {
        self.hole = Some((open, close));
        self
    }
}

/// `"…"` on one line.
pub(crate) const DOUBLE: Quote = Quote::plain("\"");
/// `'…'` on one line.
pub(crate) const SINGLE: Quote = Quote::plain("'");
/// `"""…"""`.
pub(crate) const TRIPLE: Quote = Quote::plain("\"\"\"").long();
