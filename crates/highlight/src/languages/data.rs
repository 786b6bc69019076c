//! Languages of data and settings: JSON, TOML, INI, HCL, SQL.
//!
//! Formatted by hand: a list of words is read across, not down.

use crate::table::{
    ANY_CASE, CALLS, Code, DOUBLE, Escape, HEREDOC, LINE_KEYS, Quote, SPACED_NOTES, TEXT_KEYS,
    TRIPLE,
};

/// JSON, with notes where they are allowed.
#[rustfmt::skip]
pub(super) static JSON: Code = Code {
    notes: &["//"],
    blocks: &[("/*", "*/")],
    quotes: &[DOUBLE],
    constants: &["Infinity", "NaN", "false", "null", "true"],
    traits: TEXT_KEYS,
    ..Code::PLAIN
};

/// TOML.
#[rustfmt::skip]
pub(super) static TOML: Code = Code {
    notes: &["#"],
    quotes: &[TRIPLE, Quote::raw("'''", "'''"), DOUBLE, Quote::raw("'", "'").one_line()],
    constants: &["false", "inf", "nan", "true"],
    goes_on: "-",
    traits: LINE_KEYS,
    ..Code::PLAIN
};

/// INI, properties and environment files.
#[rustfmt::skip]
pub(super) static INI: Code = Code {
    notes: &["#", ";"],
    quotes: &[DOUBLE],
    constants: &["false", "no", "off", "on", "true", "yes"],
    goes_on: "-",
    traits: LINE_KEYS | SPACED_NOTES,
    ..Code::PLAIN
};

/// HCL, the language of Terraform.
#[rustfmt::skip]
pub(super) static HCL: Code = Code {
    notes: &["#", "//"],
    blocks: &[("/*", "*/")],
    quotes: &[DOUBLE.hole("${", b'}')],
    words: &[
        "data", "dynamic", "for", "if", "in", "locals", "module", "moved", "output", "provider",
        "resource", "terraform", "variable",
    ],
    constants: &["false", "null", "true"],
    goes_on: "-",
    traits: CALLS | LINE_KEYS | HEREDOC,
    ..Code::PLAIN
};

/// SQL in its dialects.
#[rustfmt::skip]
pub(super) static SQL: Code = Code {
    notes: &["--"],
    blocks: &[("/*", "*/")],
    quotes: &[
        Quote::raw("'", "'").escape(Escape::Doubled),
        Quote::raw("\"", "\"").one_line(),
        Quote::raw("$$", "$$"),
    ],
    words: &[
        "add", "after", "all", "alter", "and", "any", "as", "asc", "attach", "begin", "between",
        "bigint", "blob", "boolean", "by", "cascade", "case", "cast", "char", "check", "collate",
        "column", "commit", "conflict", "constraint", "create", "cross", "current_date",
        "current_timestamp", "database", "date", "decimal", "default", "delete", "desc",
        "distinct", "do", "double", "drop", "else", "end", "except", "exists", "explain", "fetch",
        "float", "for", "foreign", "from", "full", "function", "grant", "group", "having", "if",
        "ilike", "in", "index", "inner", "insert", "int", "integer", "intersect", "interval",
        "into", "is", "join", "json", "jsonb", "key", "lateral", "left", "like", "limit",
        "materialized", "natural", "not", "nothing", "numeric", "offset", "on", "or", "order",
        "outer", "over", "partition", "pragma", "primary", "procedure", "real", "recursive",
        "references", "rename", "replace", "returning", "returns", "revoke", "right", "rollback",
        "row", "rows", "schema", "select", "serial", "set", "smallint", "table", "temp",
        "temporary", "text", "then", "time", "timestamp", "timestamptz", "to", "transaction",
        "trigger", "truncate", "union", "unique", "update", "using", "uuid", "vacuum", "values",
        "varchar", "view", "virtual", "when", "where", "window", "with", "without",
    ],
    constants: &["false", "null", "true"],
    traits: CALLS | ANY_CASE,
    ..Code::PLAIN
};
