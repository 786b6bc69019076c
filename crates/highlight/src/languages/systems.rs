//! Languages for systems: Rust, Go, Zig, and the small ones that describe messages and queries.
//!
//! Formatted by hand: a list of words is read across, not down.

use crate::table::{
    CALLS, CAPITALS, CHARACTERS, Code, DECORATORS, DOUBLE, NESTED, Quote, RUST, SINGLE, TRIPLE,
};

/// Rust.
#[rustfmt::skip]
pub(super) static RUST_TABLE: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[
        Quote::plain("\"").long().after(&["b", "c"]),
        Quote::plain("'").after(&["b"]),
        Quote::plain("\"").long(),
    ],
    words: &[
        "Self", "as", "async", "await", "bool", "break", "char", "const", "continue", "crate",
        "dyn", "else", "enum", "extern", "f32", "f64", "fn", "for", "i128", "i16", "i32", "i64",
        "i8", "if", "impl", "in", "isize", "let", "loop", "match", "mod", "move", "mut", "pub",
        "ref", "return", "self", "static", "str", "struct", "super", "trait", "type", "u128",
        "u16", "u32", "u64", "u8", "unsafe", "use", "usize", "where", "while", "yield",
    ],
    soft: &["union"],
    constants: &["false", "true"],
    defines: &["enum", "fn", "struct", "trait", "type"],
    traits: CALLS | CAPITALS | NESTED | CHARACTERS | RUST,
    ..Code::PLAIN
};

/// Go.
#[rustfmt::skip]
pub(super) static GO: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[DOUBLE, SINGLE, Quote::raw("`", "`")],
    words: &[
        "any", "bool", "break", "byte", "case", "chan", "complex128", "complex64", "const",
        "continue", "default", "defer", "else", "error", "fallthrough", "float32", "float64",
        "for", "func", "go", "goto", "if", "import", "int", "int16", "int32", "int64", "int8",
        "interface", "map", "package", "range", "return", "rune", "select", "string", "struct",
        "switch", "type", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr", "var",
    ],
    constants: &["false", "iota", "nil", "true"],
    defines: &["func", "type"],
    traits: CALLS | CAPITALS,
    ..Code::PLAIN
};

/// Zig.
#[rustfmt::skip]
pub(super) static ZIG: Code = Code {
    notes: &["//"],
    quotes: &[
        // A line of a longer text has no closing mark.
        Quote::raw("\\\\", "\n").one_line(),
        DOUBLE,
        SINGLE,
    ],
    words: &[
        "addrspace", "align", "allowzero", "and", "anyerror", "anyframe", "anyopaque", "anytype",
        "asm", "bool", "break", "callconv", "catch", "comptime", "comptime_float", "comptime_int",
        "const", "continue", "defer", "else", "enum", "errdefer", "error", "export", "extern",
        "f16", "f32", "f64", "fn", "for", "i16", "i32", "i64", "i8", "if", "inline", "isize",
        "linksection", "noalias", "noinline", "noreturn", "nosuspend", "opaque", "or", "orelse",
        "packed", "pub", "resume", "return", "struct", "suspend", "switch", "test", "threadlocal",
        "try", "type", "u1", "u16", "u32", "u64", "u8", "union", "unreachable", "usingnamespace",
        "usize", "var", "void", "volatile", "while",
    ],
    constants: &["false", "null", "true", "undefined"],
    defines: &["fn"],
    traits: CALLS | CAPITALS | DECORATORS,
    ..Code::PLAIN
};

/// Protocol buffers.
#[rustfmt::skip]
pub(super) static PROTOBUF: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[DOUBLE, SINGLE],
    words: &[
        "bool", "bytes", "double", "enum", "extend", "extensions", "fixed32", "fixed64", "float",
        "import", "int32", "int64", "map", "message", "oneof", "option", "optional", "package",
        "public", "repeated", "required", "reserved", "returns", "rpc", "service", "sfixed32",
        "sfixed64", "sint32", "sint64", "stream", "string", "syntax", "to", "uint32", "uint64",
    ],
    constants: &["false", "true"],
    defines: &["enum", "message", "oneof", "rpc", "service"],
    traits: CAPITALS,
    ..Code::PLAIN
};

/// GraphQL.
#[rustfmt::skip]
pub(super) static GRAPHQL: Code = Code {
    notes: &["#"],
    quotes: &[TRIPLE, DOUBLE],
    words: &[
        "directive", "enum", "extend", "fragment", "implements", "input", "interface", "mutation",
        "on", "query", "scalar", "schema", "subscription", "type", "union",
    ],
    constants: &["false", "null", "true"],
    defines: &[
        "enum", "fragment", "input", "interface", "mutation", "query", "scalar", "subscription",
        "type", "union",
    ],
    traits: CAPITALS | DECORATORS,
    ..Code::PLAIN
};
