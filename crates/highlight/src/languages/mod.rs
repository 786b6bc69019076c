//! The languages by the names that fences give them. A family to a file, an entry to a language.

mod c_like;
mod data;
mod functional;
mod scripts;
mod shells;
mod systems;

use crate::paint::Paint;
use crate::table::Code;
use crate::{css, lexer, markup, prose, yaml};

/// The longest name of a language, in bytes; a longer one is not looked up.
const MAX_NAME: usize = 32;

/// How a language is painted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Grammar {
    Code(&'static Code),
    Html,
    Xml,
    Css,
    /// Style sheets with `//`.
    Scss,
    Yaml,
    Patch,
    Console,
    Markdown,
}

impl Grammar {
    /// Paints from the place to the end.
    pub(crate) fn paint(self, paint: &mut Paint<'_>) {
        match self {
            Self::Code(code) => lexer::paint(paint, code),
            Self::Html => markup::paint(paint, false),
            Self::Xml => markup::paint(paint, true),
            Self::Css => css::paint(paint, false),
            Self::Scss => css::paint(paint, true),
            Self::Yaml => yaml::paint(paint),
            Self::Patch => prose::patch(paint),
            Self::Console => prose::console(paint),
            Self::Markdown => prose::markdown(paint),
        }
    }
}

/// The language of scripts within pages.
pub(crate) fn script() -> &'static Code {
    &scripts::JAVASCRIPT
}

/// The language of what is typed at a prompt.
pub(crate) fn shell() -> &'static Code {
    &shells::SHELL_TABLE
}

/// The grammar for a name in any case; what a fence says after the name is not looked at.
pub(crate) fn find(language: &str) -> Option<Grammar> {
    let name = language
        .trim_start_matches(['.', '{', ' '])
        .split([' ', ',', '{', '}', ':', '\t'])
        .next()?;
    if name.len() > MAX_NAME {
        return None;
    }
    Some(match name.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" | "vue" | "svelte" | "astro" | "handlebars" | "hbs" => {
            Grammar::Html
        }
        "xml" | "svg" | "xsl" | "xsd" | "plist" | "rss" => Grammar::Xml,
        "css" => Grammar::Css,
        "scss" | "sass" | "less" => Grammar::Scss,
        "yaml" | "yml" => Grammar::Yaml,
        "diff" | "patch" => Grammar::Patch,
        "console" | "shell-session" | "shellsession" | "terminal" => Grammar::Console,
        "markdown" | "md" | "mdx" => Grammar::Markdown,
        name => Grammar::Code(code(name)?),
    })
}

fn code(name: &str) -> Option<&'static Code> {
    Some(match name {
        "rust" | "rs" => &systems::RUST_TABLE,
        "typescript" | "ts" | "tsx" | "mts" | "cts" => &scripts::TYPESCRIPT,
        "javascript" | "js" | "jsx" | "mjs" | "cjs" | "node" => &scripts::JAVASCRIPT,
        "python" | "py" | "python3" | "py3" | "pyi" => &scripts::PYTHON,
        "go" | "golang" => &systems::GO,
        "java" | "groovy" | "gradle" => &c_like::JAVA,
        "kotlin" | "kt" | "kts" => &c_like::KOTLIN,
        "swift" => &c_like::SWIFT,
        "c" | "h" | "objc" | "objective-c" | "glsl" | "arduino" => &c_like::C,
        "cpp" | "c++" | "cc" | "cxx" | "hpp" | "cuda" => &c_like::CPP_TABLE,
        "csharp" | "cs" | "c#" | "dotnet" => &c_like::CSHARP,
        "scala" | "sc" => &c_like::SCALA,
        "dart" | "flutter" => &c_like::DART,
        "ruby" | "rb" | "gemfile" | "rakefile" => &scripts::RUBY,
        "php" => &scripts::PHP,
        "perl" | "pl" | "pm" => &scripts::PERL,
        "lua" | "luau" => &scripts::LUA,
        "r" | "rscript" => &scripts::R,
        "bash" | "sh" | "shell" | "zsh" | "fish" | "ksh" => &shells::SHELL_TABLE,
        "powershell" | "ps1" | "pwsh" | "ps" => &shells::POWERSHELL,
        "makefile" | "make" | "mk" | "just" | "justfile" => &shells::MAKEFILE,
        "dockerfile" | "docker" | "containerfile" => &shells::DOCKERFILE,
        "haskell" | "hs" => &functional::HASKELL,
        "elixir" | "ex" | "exs" => &functional::ELIXIR,
        "nix" => &functional::NIX,
        "zig" => &systems::ZIG,
        "protobuf" | "proto" | "proto3" => &systems::PROTOBUF,
        "graphql" | "gql" => &systems::GRAPHQL,
        "json" | "jsonc" | "json5" | "jsonl" | "ndjson" | "geojson" => &data::JSON,
        "toml" => &data::TOML,
        "ini" | "cfg" | "conf" | "env" | "dotenv" | "properties" | "editorconfig" | "systemd" => {
            &data::INI
        }
        "terraform" | "tf" | "hcl" | "tfvars" => &data::HCL,
        "sql" | "postgresql" | "postgres" | "psql" | "mysql" | "sqlite" | "plsql" => &data::SQL,
        _ => return None,
    })
}

/// A name of every grammar and table, for the tests that hold what an entry promises.
#[cfg(test)]
pub(crate) const NAMES: [&str; 48] = [
    "rust",
    "typescript",
    "tsx",
    "javascript",
    "jsx",
    "python",
    "go",
    "java",
    "kotlin",
    "swift",
    "c",
    "cpp",
    "csharp",
    "ruby",
    "php",
    "bash",
    "powershell",
    "sql",
    "html",
    "xml",
    "vue",
    "css",
    "scss",
    "json",
    "jsonc",
    "yaml",
    "toml",
    "ini",
    "markdown",
    "diff",
    "dockerfile",
    "makefile",
    "lua",
    "haskell",
    "elixir",
    "scala",
    "dart",
    "zig",
    "r",
    "perl",
    "graphql",
    "protobuf",
    "nix",
    "terraform",
    "console",
    "env",
    "svelte",
    "less",
];

#[cfg(test)]
pub(crate) fn tables() -> Vec<&'static Code> {
    NAMES
        .iter()
        .filter_map(|name| match find(name)? {
            Grammar::Code(code) => Some(code),
            Grammar::Html
            | Grammar::Xml
            | Grammar::Css
            | Grammar::Scss
            | Grammar::Yaml
            | Grammar::Patch
            | Grammar::Console
            | Grammar::Markdown => None,
        })
        .collect()
}
