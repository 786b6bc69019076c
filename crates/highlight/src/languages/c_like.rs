//! Languages in the manner of C that are compiled for a machine or a virtual one.
//!
//! Formatted by hand: a list of words is read across, not down.

use crate::table::{
    CALLS, CAPITALS, CHARACTERS, CPP, Code, DECORATORS, DIRECTIVES, DOUBLE, Escape, NESTED, Quote,
    SINGLE, TRIPLE,
};

/// C.
#[rustfmt::skip]
pub(super) static C: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[DOUBLE, SINGLE],
    words: &[
        "_Atomic", "_Bool", "_Static_assert", "auto", "bool", "break", "case", "char", "const",
        "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto",
        "if", "inline", "int", "int16_t", "int32_t", "int64_t", "int8_t", "long", "register",
        "restrict", "return", "short", "signed", "size_t", "sizeof", "ssize_t", "static",
        "struct", "switch", "typedef", "typeof", "uint16_t", "uint32_t", "uint64_t", "uint8_t",
        "union", "unsigned", "void", "volatile", "while",
    ],
    constants: &["NULL", "false", "nullptr", "true"],
    defines: &["enum", "struct", "union"],
    traits: CALLS | CAPITALS | DIRECTIVES,
    ..Code::PLAIN
};

/// C++.
#[rustfmt::skip]
pub(super) static CPP_TABLE: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[
        // Raw ones are the lexer's; the entry only says that a quote may follow a word.
        Quote::plain("\"").after(&["L", "u", "U", "u8"]),
        DOUBLE,
        SINGLE,
    ],
    words: &[
        "alignas", "alignof", "auto", "bool", "break", "case", "catch", "char", "class",
        "co_await", "co_return", "co_yield", "concept", "const", "const_cast", "consteval",
        "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
        "dynamic_cast", "else", "enum", "explicit", "export", "extern", "final", "float", "for",
        "friend", "goto", "if", "inline", "int", "int16_t", "int32_t", "int64_t", "int8_t",
        "long", "mutable", "namespace", "new", "noexcept", "operator", "override", "private",
        "protected", "public", "register", "reinterpret_cast", "requires", "return", "short",
        "signed", "size_t", "sizeof", "static", "static_assert", "static_cast", "struct",
        "switch", "template", "this", "thread_local", "throw", "try", "typedef", "typeid",
        "typename", "uint16_t", "uint32_t", "uint64_t", "uint8_t", "union", "unsigned", "using",
        "virtual", "void", "volatile", "wchar_t", "while",
    ],
    constants: &["NULL", "false", "nullptr", "true"],
    defines: &["class", "concept", "enum", "namespace", "struct", "union"],
    traits: CALLS | CAPITALS | DIRECTIVES | CPP,
    ..Code::PLAIN
};

/// C#.
#[rustfmt::skip]
pub(super) static CSHARP: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[
        Quote::raw("\"\"\"", "\"\"\""),
        Quote::raw("$@\"", "\"").escape(Escape::Doubled).hole("{", b'}'),
        Quote::plain("$\"").closed_by("\"").hole("{", b'}'),
        Quote::raw("@\"", "\"").escape(Escape::Doubled),
        DOUBLE,
        SINGLE,
    ],
    words: &[
        "abstract", "as", "async", "await", "base", "bool", "break", "byte", "case", "catch",
        "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do",
        "double", "else", "enum", "event", "explicit", "extern", "finally", "fixed", "float",
        "for", "foreach", "goto", "if", "implicit", "in", "init", "int", "interface", "internal",
        "is", "lock", "long", "namespace", "new", "object", "operator", "out", "override",
        "params", "private", "protected", "public", "readonly", "record", "ref", "required",
        "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string",
        "struct", "switch", "this", "throw", "try", "typeof", "uint", "ulong", "unchecked",
        "unsafe", "ushort", "using", "virtual", "void", "volatile", "where", "while", "yield",
    ],
    soft: &[
        "and", "from", "get", "group", "into", "join", "let", "nameof", "not", "on", "or",
        "orderby", "partial", "select", "set", "var", "when", "with",
    ],
    constants: &["false", "null", "true"],
    defines: &["class", "enum", "interface", "namespace", "record", "struct"],
    traits: CALLS | CAPITALS | DIRECTIVES,
    ..Code::PLAIN
};

/// Java.
#[rustfmt::skip]
pub(super) static JAVA: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[TRIPLE, DOUBLE, SINGLE],
    words: &[
        "abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class",
        "const", "continue", "default", "do", "double", "else", "enum", "extends", "final",
        "finally", "float", "for", "goto", "if", "implements", "import", "instanceof", "int",
        "interface", "long", "native", "new", "package", "private", "protected", "public",
        "return", "short", "static", "strictfp", "super", "switch", "synchronized", "this",
        "throw", "throws", "transient", "try", "void", "volatile", "while",
    ],
    soft: &["non-sealed", "permits", "record", "sealed", "var", "when", "yield"],
    constants: &["false", "null", "true"],
    defines: &["class", "enum", "interface", "record"],
    traits: CALLS | CAPITALS | DECORATORS,
    ..Code::PLAIN
};

/// Kotlin.
#[rustfmt::skip]
pub(super) static KOTLIN: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[TRIPLE.hole("${", b'}'), DOUBLE.hole("${", b'}'), SINGLE],
    words: &[
        "as", "break", "class", "continue", "do", "else", "for", "fun", "if", "import", "in",
        "interface", "is", "object", "package", "return", "super", "this", "throw", "try",
        "typealias", "val", "var", "when", "while",
    ],
    soft: &[
        "abstract", "actual", "annotation", "by", "catch", "companion", "const", "constructor",
        "crossinline", "data", "enum", "expect", "external", "final", "finally", "get", "infix",
        "init", "inline", "inner", "internal", "lateinit", "noinline", "open", "operator", "out",
        "override", "private", "protected", "public", "reified", "sealed", "set", "suspend",
        "tailrec", "value", "vararg", "where",
    ],
    constants: &["false", "null", "true"],
    defines: &["class", "fun", "interface", "object", "typealias"],
    traits: CALLS | CAPITALS | DECORATORS | NESTED,
    ..Code::PLAIN
};

/// Scala.
#[rustfmt::skip]
pub(super) static SCALA: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[
        TRIPLE.after(&["s", "f", "raw"]).hole("${", b'}'),
        DOUBLE.after(&["s", "f", "raw"]).hole("${", b'}'),
        TRIPLE,
        DOUBLE,
    ],
    words: &[
        "abstract", "case", "catch", "class", "def", "do", "else", "enum", "export", "extends",
        "final", "finally", "for", "forSome", "given", "if", "implicit", "import", "lazy",
        "match", "new", "object", "override", "package", "private", "protected", "return",
        "sealed", "super", "then", "this", "throw", "trait", "try", "type", "val", "var", "while",
        "with", "yield",
    ],
    soft: &[
        "derives", "end", "extension", "inline", "opaque", "open", "transparent", "using",
    ],
    constants: &["false", "null", "true"],
    defines: &["class", "def", "enum", "object", "trait", "type"],
    traits: CALLS | CAPITALS | DECORATORS | NESTED | CHARACTERS,
    ..Code::PLAIN
};

/// Swift.
#[rustfmt::skip]
pub(super) static SWIFT: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[
        Quote::raw("#\"", "\"#"),
        TRIPLE.hole("\\(", b')'),
        DOUBLE.hole("\\(", b')'),
    ],
    words: &[
        "Any", "Self", "actor", "as", "associatedtype", "async", "await", "break", "case",
        "catch", "class", "continue", "default", "defer", "deinit", "do", "else", "enum",
        "extension", "fallthrough", "fileprivate", "final", "for", "func", "guard", "if",
        "import", "in", "indirect", "init", "inout", "internal", "is", "lazy", "let", "mutating",
        "nonisolated", "nonmutating", "operator", "override", "private", "protocol", "public",
        "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super",
        "switch", "throw", "throws", "try", "typealias", "unowned", "var", "weak", "where",
        "while",
    ],
    soft: &[
        "any", "borrowing", "consuming", "convenience", "didSet", "dynamic", "get", "isolated",
        "macro", "open", "optional", "required", "set", "some", "willSet",
    ],
    constants: &["false", "nil", "true"],
    defines: &[
        "actor", "associatedtype", "class", "enum", "extension", "func", "protocol", "struct",
        "typealias",
    ],
    traits: CALLS | CAPITALS | DECORATORS | NESTED | DIRECTIVES,
    ..Code::PLAIN
};

/// Dart.
#[rustfmt::skip]
pub(super) static DART: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[
        Quote::raw("'", "'").one_line().after(&["r"]),
        Quote::raw("\"", "\"").one_line().after(&["r"]),
        TRIPLE.hole("${", b'}'),
        Quote::plain("'''").long().hole("${", b'}'),
        DOUBLE.hole("${", b'}'),
        SINGLE.hole("${", b'}'),
    ],
    words: &[
        "abstract", "as", "assert", "async", "await", "bool", "break", "case", "catch", "class",
        "const", "continue", "covariant", "default", "do", "double", "dynamic", "else", "enum",
        "export", "extends", "extension", "external", "factory", "final", "finally", "for", "if",
        "implements", "import", "in", "int", "is", "late", "mixin", "new", "num", "on",
        "operator", "part", "required", "rethrow", "return", "static", "super", "switch", "this",
        "throw", "try", "typedef", "var", "void", "while", "with", "yield",
    ],
    soft: &[
        "base", "deferred", "get", "hide", "interface", "library", "sealed", "set", "show",
        "sync", "when",
    ],
    constants: &["false", "null", "true"],
    defines: &["class", "enum", "extension", "mixin", "typedef"],
    traits: CALLS | CAPITALS | DECORATORS,
    ..Code::PLAIN
};
