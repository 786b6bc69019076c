//! The lexer of languages that are comments, strings and words: one walk over the bytes.

use crate::Class;
use crate::line_start;
use crate::paint::{Paint, is_blank, is_word};
use crate::quote::Hole;
use crate::sieve::Sieve;
use crate::table::{
    ANY_CASE, CALLS, CAPITALS, CHARACTERS, CPP, Code, DECORATORS, DIRECTIVES, DOLLARS, DOTTED,
    HEREDOC, LINE_KEYS, REGEX, RUST, SHELL, SHELL_VARIABLES, SYMBOLS, TAGS, TARGETS, TEXT_KEYS,
};

/// The longest keyword there is, in bytes; a longer word is not looked up.
const MAX_KEYWORD: usize = 24;
/// How far before a colon a key may end, in bytes.
const MAX_KEY_GAP: usize = 32;

/// Paints the text with a language's table.
pub(crate) fn paint(paint: &mut Paint<'_>, code: &'static Code) {
    Lexer::new(paint, code).run();
}

/// The walk and what it remembers.
#[derive(Debug)]
pub(crate) struct Lexer<'p, 'a> {
    pub(crate) paint: &'p mut Paint<'a>,
    pub(crate) code: &'static Code,
    /// The strings whose pieces of code we are in, innermost last.
    pub(crate) holes: Vec<Hole>,
    /// The last byte that is not blank, or what stands for it: `(` where an expression or a
    /// command may begin, `a` after an operand.
    pub(crate) last: u8,
    /// Whether the last word was one that a new name follows.
    defines: bool,
    /// Whether a tag was begun and has not ended.
    pub(crate) in_tag: bool,
    /// Before this place no regular expression ends, so none is looked for.
    pub(crate) no_regex_before: usize,
    /// What ends the heredoc that begins on the next line.
    pub(crate) heredoc: Option<&'a str>,
    /// The ASCII bytes that begin a comment or a string, a bit for each.
    openings: u128,
    /// What may be a keyword.
    sieve: Sieve,
}

impl<'p, 'a> Lexer<'p, 'a> {
    fn new(paint: &'p mut Paint<'a>, code: &'static Code) -> Self {
        let blocks = code.blocks.iter().map(|(open, _)| *open);
        let quotes = code.quotes.iter().map(|quote| quote.open);
        let openings = blocks
            .chain(quotes)
            .chain(code.notes.iter().copied())
            .filter_map(|open| open.bytes().next())
            .fold(0_u128, |bits, byte| {
                bits | 1_u128.checked_shl(byte.into()).unwrap_or(0)
            });
        Self {
            paint,
            code,
            holes: Vec::new(),
            last: b'\n',
            defines: false,
            in_tag: false,
            no_regex_before: 0,
            heredoc: None,
            openings,
            sieve: Sieve::new(code),
        }
    }

    fn run(&mut self) {
        if self.paint.at == 0 && self.paint.sees("#!/") {
            let end = self.paint.line_end(0);
            self.paint.take(0, end, Class::Note);
        }
        self.line_start();
        while !self.paint.done() {
            let byte = self.paint.here();
            if byte == b'\n' {
                self.line_end();
            } else if is_blank(byte) {
                self.paint.at += 1;
            } else if byte.is_ascii_digit() {
                self.number();
            } else if is_word(byte) || self.starts_word(byte) {
                self.word();
            } else {
                self.symbol();
            }
        }
    }

    pub(crate) fn may_open(&self, byte: u8) -> bool {
        byte < 0x80 && (self.openings >> byte) & 1 == 1
    }

    fn starts_word(&self, byte: u8) -> bool {
        byte < 0x80 && self.code.starts.as_bytes().contains(&byte)
    }

    fn line_end(&mut self) {
        self.paint.at += 1;
        if !(self.code.has(SHELL) && self.last == b'\\') {
            self.last = b'\n';
        }
        self.defines = false;
        self.close_line();
        if let Some(mark) = self.heredoc.take() {
            self.heredoc_body(mark);
        }
        self.line_start();
    }

    fn line_start(&mut self) {
        if !self.holes.is_empty() {
            return;
        }
        if self.code.has(LINE_KEYS) {
            line_start::key(self.paint);
        } else if self.code.has(TARGETS) {
            line_start::target(self.paint);
        } else if self.code.has(DIRECTIVES) {
            line_start::directive(self.paint);
        }
    }

    /// The place after the word that begins at `start`.
    fn word_end(&self, start: usize) -> usize {
        let further = self.code.goes_on.as_bytes();
        let end = self.paint.skip(start + 1, |byte| {
            is_word(byte) || (byte < 0x80 && further.contains(&byte))
        });
        // A dash belongs to a word only between letters.
        if self.paint.before(end) == b'-' && end > start + 1 {
            end - 1
        } else {
            end
        }
    }

    fn word(&mut self) {
        let start = self.paint.at;
        let end = self.word_end(start);
        if self.prefixed_string(start, end) {
            return;
        }
        let word = self.paint.text(start, end);
        let class = self.class_of(word, start, end);
        self.last = b'a';
        if class == Some(Class::Word) && self.is_in(self.code.opens, word) {
            self.last = b'(';
        }
        let defines = class == Some(Class::Word) && self.is_in(self.code.defines, word);
        self.defines = defines || (self.defines && class == Some(Class::Word));
        match class {
            Some(class) => self.paint.take(start, end, class),
            None => self.paint.go(end),
        }
        if self.code.has(RUST) && class == Some(Class::Name) && self.is_macro(end) {
            self.paint.take(end, end + 1, Class::Name);
        }
    }

    fn class_of(&self, word: &str, start: usize, end: usize) -> Option<Class> {
        let before = self.paint.before(start);
        // `r#type` is an ordinary name, `-Path` the name of an argument.
        let raw = before == b'#' && self.code.has(RUST);
        let argument = before == b'-' && self.code.has(DOLLARS) && self.code.has(ANY_CASE);
        if raw || argument {
            return None;
        }
        if self.code.has(DOLLARS) && self.is_in(self.code.constants, word) {
            return Some(Class::Number);
        }
        if before == b'$' || (self.code.has(DOLLARS) && word.starts_with('$')) {
            let variable = self.code.has(SHELL) || self.code.has(SHELL_VARIABLES);
            return (variable && before == b'$').then_some(Class::Name);
        }
        // Two dots are a range, and what follows them is a word like any other.
        let member = before == b'.'
            && self.paint.before(start - 1) != b'.'
            && !self.code.has(DOTTED)
            && word != "await";
        let next = self.paint.byte(end);
        if !member && self.sieve.may_hold(word) {
            if self.is_in(self.code.constants, word) {
                return Some(Class::Number);
            }
            let stands = !self.code.has(SHELL) || self.may_command() || word == "in";
            if stands && self.is_in(self.code.words, word) {
                return Some(Class::Word);
            }
            if self.is_in(self.code.soft, word) && self.goes_on_to_word(end) {
                return Some(Class::Word);
            }
        }
        let named = word
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        if !named {
            return None;
        }
        let name = self.defines
            || (self.code.has(CALLS) && next == b'(')
            || (self.code.has(CAPITALS) && is_type(word))
            || (self.code.has(RUST) && self.is_macro(end))
            || (self.code.has(SHELL) && self.may_command() && !matches!(next, b'=' | b')' | b'+'));
        name.then_some(Class::Name)
    }

    fn is_macro(&self, end: usize) -> bool {
        self.paint.byte(end) == b'!'
            && matches!(self.paint.byte(end + 1), b'(' | b'[' | b'{' | b' ')
            && self.paint.byte(end + 2) != b'='
    }

    /// Whether a command may begin here.
    fn may_command(&self) -> bool {
        matches!(
            self.last,
            b'\n' | b'|' | b'&' | b';' | b'(' | b'{' | b'`' | b'!'
        )
    }

    fn goes_on_to_word(&self, end: usize) -> bool {
        let next = self.paint.byte(end + 1);
        self.paint.byte(end) == b' '
            && (is_word(next) || matches!(next, b'"' | b'\'' | b'`' | b'{' | b'[' | b'*' | b'('))
    }

    fn is_in(&self, words: &[&str], word: &str) -> bool {
        if words.is_empty() || word.len() > MAX_KEYWORD {
            return false;
        }
        if self.code.has(ANY_CASE) {
            return words
                .binary_search(&word.to_ascii_lowercase().as_str())
                .is_ok();
        }
        words.binary_search(&word).is_ok()
    }

    fn number(&mut self) {
        let start = self.paint.at;
        let hex = self.paint.is(start, "0x") || self.paint.is(start, "0X");
        let mut end = start + 1;
        loop {
            let byte = self.paint.byte(end);
            let digit_next = self.paint.byte(end + 1).is_ascii_digit();
            let exponent = !hex && matches!(self.paint.before(end), b'e' | b'E');
            let goes_on = byte.is_ascii_alphanumeric()
                || byte == b'_'
                || (byte == b'.' && digit_next)
                || (matches!(byte, b'+' | b'-') && exponent && digit_next)
                || (byte == b'\'' && self.code.has(CPP) && digit_next);
            if !goes_on {
                break;
            }
            end += 1;
        }
        // Part of an argument, a path or a version there, as likely as not.
        let alone = !self.code.has(SHELL)
            || (!matches!(self.paint.before(start), b'-' | b'/' | b'.' | b':')
                && !matches!(self.paint.byte(end), b'-' | b'/' | b'.' | b':'));
        if alone && self.paint.before(start) != b'$' {
            self.paint.take(start, end, Class::Number);
        } else {
            self.paint.go(end);
        }
        self.last = b'a';
    }

    fn symbol(&mut self) {
        let byte = self.paint.here();
        if self.in_hole(byte) {
            return;
        }
        if self.may_open(byte) && (self.note() || self.string()) {
            return;
        }
        let done = match byte {
            b'\'' if self.code.has(CHARACTERS) => self.character(),
            b'@' if self.code.has(DECORATORS) => self.decorator(),
            b'/' if self.code.has(REGEX) => self.regex(),
            b'<' if self.code.has(TAGS) => self.tag(),
            b'>' if self.in_tag => self.tag_end(),
            b'<' if self.code.has(HEREDOC) => self.heredoc_mark(),
            b':' if self.code.has(SYMBOLS) => self.symbol_name(),
            b'$' if self.code.has(TARGETS) => self.make_variable(),
            _ => false,
        };
        if !done {
            self.paint.at += 1;
            // A closing bracket ends an operand, and so does a step upwards.
            self.last = byte;
            if !matches!(byte, b'*' | b'&') {
                self.defines = false;
            }
        }
    }

    /// Whether a colon follows on the line, so that the string that ended here was a key.
    pub(crate) fn was_key(&self, end: usize) -> bool {
        if !self.code.has(TEXT_KEYS) {
            return false;
        }
        let limit = end + MAX_KEY_GAP;
        let mut at = end;
        while at < limit && is_blank(self.paint.byte(at)) {
            at += 1;
        }
        self.paint.byte(at) == b':'
    }
}

/// `Name` and `T`, but not `NAME`: a constant is plain.
fn is_type(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_uppercase)
        && (bytes.len() == 1 || bytes.iter().any(u8::is_ascii_lowercase))
}
