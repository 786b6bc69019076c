//! Which of our five colours a grammar's scope gets.

use domain::part::StyleClass;
use syntect::parsing::{Scope, ScopeStack};

/// The beginnings of scopes and their classes; the innermost scope that matches decides.
const TABLE: &[(&str, StyleClass)] = &[
    ("comment", StyleClass::Note),
    ("punctuation.definition.comment", StyleClass::Note),
    ("string", StyleClass::Text),
    ("punctuation.definition.string", StyleClass::Text),
    ("constant.character.escape", StyleClass::Text),
    ("markup.inserted", StyleClass::Text),
    ("constant", StyleClass::Number),
    ("markup.deleted", StyleClass::Number),
    ("keyword.operator", StyleClass::Word),
    ("keyword", StyleClass::Word),
    ("storage", StyleClass::Word),
    ("variable.language", StyleClass::Word),
    ("meta.diff.header", StyleClass::Note),
    ("meta.diff.range", StyleClass::Note),
    ("entity.name", StyleClass::Name),
    ("entity.other.attribute-name", StyleClass::Name),
    ("support", StyleClass::Name),
    ("variable.function", StyleClass::Name),
    ("meta.mapping.key", StyleClass::Name),
];

/// Scopes that end the look-out: code inside a string is code again.
const PLAIN: &[&str] = &["meta.interpolation", "source.embedded", "punctuation.section"];

/// The table, ready to be compared.
#[derive(Debug)]
pub(super) struct Classes {
    table: Vec<(Scope, Option<StyleClass>)>,
}

impl Classes {
    pub(super) fn new() -> Self {
        let coloured = TABLE.iter().map(|(name, class)| (*name, Some(*class)));
        let plain = PLAIN.iter().map(|name| (*name, None));
        Self {
            table: coloured
                .chain(plain)
                .filter_map(|(name, class)| Some((Scope::new(name).ok()?, class)))
                .collect(),
        }
    }

    /// The class of what stands under `stack`.
    pub(super) fn of(&self, stack: &ScopeStack) -> Option<StyleClass> {
        stack
            .scopes
            .iter()
            .rev()
            .find_map(|scope| {
                self.table
                    .iter()
                    .find(|(beginning, _)| beginning.is_prefix_of(*scope))
                    .map(|(_, class)| *class)
            })
            .flatten()
    }
}

/// The grammar's own word for a language as people write it behind a fence.
pub(super) fn token_of(language: &str) -> &str {
    let word = language.split([' ', ',', '{']).next().unwrap_or_default();
    match word {
        "shell" | "console" | "zsh" | "sh" | "shellscript" => "bash",
        // No grammar of their own here; these are the nearest.
        "ts" | "typescript" | "tsx" | "jsx" | "mjs" | "cjs" => "js",
        "jsonc" | "json5" => "json",
        "golang" => "go",
        "csharp" => "cs",
        "rs" => "rust",
        "py" | "python3" => "python",
        "yml" => "yaml",
        "docker" => "dockerfile",
        "patch" => "diff",
        other => other,
    }
}
