//! Languages of scripts: JavaScript and TypeScript, Python, Ruby, PHP and their like.
//!
//! Formatted by hand: a list of words is read across, not down.

use crate::table::{
    CALLS, CAPITALS, Code, DECORATORS, DOLLARS, DOUBLE, HEREDOC, Quote, REGEX, SINGLE, SYMBOLS,
    TAGS, TRIPLE,
};

/// What stands before a string of Python without escapes.
const RAW: &[&str] = &["R", "r", "rb", "br"];
/// What stands before a string of Python with pieces of code.
const FORMATS: &[&str] = &["F", "f", "fr", "rf", "t"];
/// What stands before bytes of Python.
const BYTES: &[&str] = &["B", "b", "u"];

/// JavaScript, with tags.
#[rustfmt::skip]
pub(super) static JAVASCRIPT: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[Quote::plain("`").long().hole("${", b'}'), DOUBLE, SINGLE],
    words: &[
        "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger",
        "default", "delete", "do", "else", "export", "extends", "finally", "for", "function",
        "if", "import", "in", "instanceof", "let", "new", "return", "static", "super", "switch",
        "this", "throw", "try", "typeof", "var", "void", "while", "with", "yield",
    ],
    soft: &["as", "from", "get", "of", "set"],
    constants: &["Infinity", "NaN", "false", "null", "true", "undefined"],
    defines: &["class", "function"],
    opens: &[
        "await", "case", "delete", "do", "else", "in", "instanceof", "new", "of", "return",
        "throw", "typeof", "void", "yield",
    ],
    starts: "$#",
    goes_on: "$",
    traits: CALLS | CAPITALS | DECORATORS | REGEX | TAGS,
};

/// TypeScript, with tags.
#[rustfmt::skip]
pub(super) static TYPESCRIPT: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[Quote::plain("`").long().hole("${", b'}'), DOUBLE, SINGLE],
    words: &[
        "any", "async", "await", "bigint", "boolean", "break", "case", "catch", "class", "const",
        "continue", "debugger", "default", "delete", "do", "else", "enum", "export", "extends",
        "finally", "for", "function", "if", "implements", "import", "in", "instanceof",
        "interface", "let", "never", "new", "number", "private", "protected", "public",
        "readonly", "return", "static", "string", "super", "switch", "symbol", "this", "throw",
        "try", "typeof", "unknown", "var", "void", "while", "with", "yield",
    ],
    soft: &[
        "abstract", "accessor", "as", "asserts", "declare", "from", "get", "infer", "is", "keyof",
        "module", "namespace", "of", "override", "satisfies", "set", "type", "unique",
    ],
    constants: &["Infinity", "NaN", "false", "null", "true", "undefined"],
    defines: &["class", "enum", "function", "interface", "namespace", "type"],
    opens: &[
        "await", "case", "delete", "do", "else", "in", "instanceof", "new", "of", "return",
        "throw", "typeof", "void", "yield",
    ],
    starts: "$#",
    goes_on: "$",
    traits: CALLS | CAPITALS | DECORATORS | REGEX | TAGS,
};

/// Python.
#[rustfmt::skip]
pub(super) static PYTHON: Code = Code {
    notes: &["#"],
    quotes: &[
        Quote::raw("\"\"\"", "\"\"\"").after(RAW),
        Quote::raw("'''", "'''").after(RAW),
        DOUBLE.after(RAW),
        SINGLE.after(RAW),
        TRIPLE.after(FORMATS).hole("{", b'}'),
        Quote::plain("'''").long().after(FORMATS).hole("{", b'}'),
        DOUBLE.after(FORMATS).hole("{", b'}'),
        SINGLE.after(FORMATS).hole("{", b'}'),
        TRIPLE.after(BYTES),
        DOUBLE.after(BYTES),
        SINGLE.after(BYTES),
        TRIPLE,
        Quote::plain("'''").long(),
        DOUBLE,
        SINGLE,
    ],
    words: &[
        "and", "as", "assert", "async", "await", "break", "class", "cls", "continue", "def",
        "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in",
        "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "self", "try",
        "while", "with", "yield",
    ],
    soft: &["case", "match", "type"],
    constants: &["Ellipsis", "False", "None", "NotImplemented", "True"],
    defines: &["class", "def"],
    traits: CALLS | CAPITALS | DECORATORS,
    ..Code::PLAIN
};

/// Ruby.
#[rustfmt::skip]
pub(super) static RUBY: Code = Code {
    notes: &["#"],
    blocks: &[("=begin", "=end")],
    quotes: &[DOUBLE.long().hole("#{", b'}'), SINGLE.long(), Quote::plain("`").hole("#{", b'}')],
    words: &[
        "BEGIN", "END", "alias", "and", "attr_accessor", "attr_reader", "attr_writer", "begin",
        "break", "case", "class", "def", "defined?", "do", "else", "elsif", "end", "ensure",
        "extend", "for", "if", "in", "include", "module", "next", "not", "or", "private",
        "protected", "public", "raise", "redo", "require", "require_relative", "rescue", "retry",
        "return", "self", "super", "then", "undef", "unless", "until", "when", "while", "yield",
    ],
    constants: &["false", "nil", "true"],
    defines: &["class", "def", "module"],
    opens: &[
        "and", "elsif", "if", "in", "not", "or", "return", "unless", "until", "when", "while",
    ],
    starts: "@",
    goes_on: "?!",
    traits: CALLS | CAPITALS | REGEX | HEREDOC | SYMBOLS,
    ..Code::PLAIN
};

/// PHP.
#[rustfmt::skip]
pub(super) static PHP: Code = Code {
    notes: &["//", "#"],
    blocks: &[("/*", "*/")],
    quotes: &[DOUBLE.long().hole("{$", b'}'), SINGLE.long()],
    words: &[
        "abstract", "and", "array", "as", "bool", "break", "callable", "case", "catch", "class",
        "clone", "const", "continue", "declare", "default", "do", "echo", "else", "elseif",
        "empty", "enddeclare", "endfor", "endforeach", "endif", "endswitch", "endwhile", "enum",
        "extends", "final", "finally", "float", "fn", "for", "foreach", "function", "global",
        "goto", "if", "implements", "include", "include_once", "instanceof", "insteadof", "int",
        "interface", "isset", "list", "match", "mixed", "namespace", "never", "new", "or",
        "parent", "php", "print", "private", "protected", "public", "readonly", "require",
        "require_once", "return", "self", "static", "string", "switch", "throw", "trait", "try",
        "unset", "use", "var", "void", "while", "xor", "yield",
    ],
    constants: &["FALSE", "NULL", "TRUE", "false", "null", "true"],
    defines: &["class", "enum", "function", "interface", "trait"],
    starts: "$",
    traits: CALLS | CAPITALS | HEREDOC | DOLLARS,
    ..Code::PLAIN
};

/// Perl.
#[rustfmt::skip]
pub(super) static PERL: Code = Code {
    notes: &["#"],
    blocks: &[("=pod", "=cut"), ("=head1", "=cut")],
    quotes: &[DOUBLE.long(), SINGLE.long(), Quote::plain("`")],
    words: &[
        "and", "chomp", "cmp", "defined", "delete", "die", "do", "each", "else", "elsif", "eq",
        "exists", "for", "foreach", "ge", "given", "gt", "if", "keys", "last", "le", "local",
        "lt", "map", "my", "ne", "next", "no", "not", "or", "our", "package", "print", "printf",
        "push", "redo", "require", "return", "say", "shift", "sort", "sub", "undef", "unless",
        "until", "use", "values", "wantarray", "warn", "when", "while", "x", "xor",
    ],
    defines: &["package", "sub"],
    opens: &[
        "and", "grep", "if", "map", "not", "or", "return", "split", "unless", "until", "while",
    ],
    starts: "$",
    traits: CALLS | REGEX | HEREDOC | DOLLARS,
    ..Code::PLAIN
};

/// Lua.
#[rustfmt::skip]
pub(super) static LUA: Code = Code {
    notes: &["--"],
    blocks: &[("--[[", "]]"), ("--[=[", "]=]")],
    quotes: &[Quote::raw("[[", "]]"), Quote::raw("[=[", "]=]"), DOUBLE, SINGLE],
    words: &[
        "and", "break", "do", "else", "elseif", "end", "for", "function", "goto", "if", "in",
        "local", "not", "or", "repeat", "return", "self", "then", "until", "while",
    ],
    constants: &["false", "nil", "true"],
    defines: &["function"],
    traits: CALLS,
    ..Code::PLAIN
};

/// R.
#[rustfmt::skip]
pub(super) static R: Code = Code {
    notes: &["#"],
    quotes: &[DOUBLE.long(), SINGLE.long(), Quote::plain("`")],
    words: &[
        "break", "else", "for", "function", "if", "in", "next", "repeat", "return", "while",
    ],
    constants: &["FALSE", "Inf", "NA", "NULL", "NaN", "TRUE"],
    goes_on: ".",
    traits: CALLS,
    ..Code::PLAIN
};
