//! Languages of functions: Haskell, Elixir, Nix.
//!
//! Formatted by hand: a list of words is read across, not down.

use crate::table::{
    CALLS, CAPITALS, CHARACTERS, Code, DECORATORS, DOTTED, DOUBLE, LINE_KEYS, NESTED, Quote,
    SINGLE, SYMBOLS, TRIPLE,
};

/// Haskell.
#[rustfmt::skip]
pub(super) static HASKELL: Code = Code {
    notes: &["--"],
    blocks: &[("{-", "-}")],
    quotes: &[DOUBLE],
    words: &[
        "as", "case", "class", "data", "default", "deriving", "do", "else", "family", "forall",
        "foreign", "hiding", "if", "import", "in", "infix", "infixl", "infixr", "instance", "let",
        "module", "newtype", "of", "qualified", "then", "type", "where",
    ],
    constants: &["False", "True"],
    defines: &["class", "data", "newtype", "type"],
    goes_on: "'",
    traits: CAPITALS | NESTED | CHARACTERS | DOTTED,
    ..Code::PLAIN
};

/// Elixir.
#[rustfmt::skip]
pub(super) static ELIXIR: Code = Code {
    notes: &["#"],
    quotes: &[TRIPLE.hole("#{", b'}'), DOUBLE.long().hole("#{", b'}'), SINGLE],
    words: &[
        "after", "alias", "and", "case", "catch", "cond", "def", "defdelegate", "defexception",
        "defguard", "defimpl", "defmacro", "defmacrop", "defmodule", "defp", "defprotocol",
        "defstruct", "do", "else", "end", "fn", "for", "if", "import", "in", "not", "or", "quote",
        "raise", "receive", "require", "rescue", "super", "throw", "try", "unless", "unquote",
        "use", "when", "with",
    ],
    constants: &["false", "nil", "true"],
    defines: &["def", "defmacro", "defmacrop", "defmodule", "defp"],
    goes_on: "?!",
    traits: CALLS | CAPITALS | DECORATORS | SYMBOLS,
    ..Code::PLAIN
};

/// Nix.
#[rustfmt::skip]
pub(super) static NIX: Code = Code {
    notes: &["#"],
    blocks: &[("/*", "*/")],
    quotes: &[Quote::raw("''", "''").hole("${", b'}'), DOUBLE.long().hole("${", b'}')],
    words: &[
        "assert", "else", "if", "import", "in", "inherit", "let", "or", "rec", "then", "with",
    ],
    constants: &["false", "null", "true"],
    goes_on: "-'",
    traits: LINE_KEYS,
    ..Code::PLAIN
};
