//! What a prompt is by its first letters: words to the agent, a slash command, a shell
//! command. And what its words name: `@src/lib.rs`, `@explore`.

/// How many names in one prompt are looked up: each costs a question to the server.
pub const MENTIONS_MAX: usize = 20;
/// The longest name that is looked up, in bytes: the longest path of usual systems.
const MENTION_MAX_BYTES: usize = 4096;

/// What a text says, by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saying<'a> {
    /// Words to the agent.
    Words,
    /// `/name arguments`: a command, if there is one of that name; words otherwise.
    Command {
        /// The name without the slash.
        name: &'a str,
        /// What follows it.
        arguments: &'a str,
    },
    /// `!command`: run in the session's directory without an agent.
    Shell {
        /// What the shell gets.
        command: &'a str,
    },
}

impl<'a> Saying<'a> {
    /// Reads a text.
    pub fn of(text: &'a str) -> Self {
        if let Some(command) = text.strip_prefix('!') {
            let command = command.trim();
            // `![…](…)` is a picture in markdown, which people paste.
            if !command.is_empty() && !command.starts_with('[') {
                return Saying::Shell { command };
            }
        }
        if let Some(rest) = text.strip_prefix('/') {
            let (name, arguments) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            // A path is no command.
            if !name.is_empty() && !name.contains('/') {
                let arguments = arguments.trim();
                return Saying::Command { name, arguments };
            }
        }
        Saying::Words
    }
}

/// A name in a text that may be a file's or an agent's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention<'a> {
    /// The name, without the `@` before it.
    pub name: &'a str,
    /// Where the `@` stands, in bytes.
    pub at: usize,
}

/// The names in a text, each once, at most [`MENTIONS_MAX`]: an `@` at the beginning of a
/// word and what follows it up to the next white space, less the punctuation at its end.
pub fn mentions(text: &str) -> Vec<Mention<'_>> {
    let mut found: Vec<Mention<'_>> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        if before.is_some_and(|before| !before.is_whitespace() && !"([{\"'`".contains(before)) {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        let name =
            name.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '`']);
        let known = found.iter().any(|it| it.name == name);
        if name.is_empty() || name.len() > MENTION_MAX_BYTES || known {
            continue;
        }
        found.push(Mention { name, at });
        if found.len() == MENTIONS_MAX {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        mentions(text).into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn the_first_letter_says_what_a_text_is() {
        let command = |name, arguments| Saying::Command { name, arguments };
        for (text, saying) in [
            ("Hello", Saying::Words),
            (" /review", Saying::Words),
            ("/", Saying::Words),
            ("/etc/hosts is broken", Saying::Words),
            ("/review", command("review", "")),
            ("/review  main \n", command("review", "main")),
            ("/review\nmain", command("review", "main")),
            ("!ls -l", Saying::Shell { command: "ls -l" }),
            ("! ls", Saying::Shell { command: "ls" }),
            ("![a picture](a.png)", Saying::Words),
            ("!", Saying::Words),
        ] {
            assert_eq!(Saying::of(text), saying, "{text:?}");
        }
    }

    #[test]
    fn names_are_words_that_begin_with_an_at() {
        assert_eq!(
            names(
                "Look at @src/lib.rs, (@docs/) and @explore. Mail me@example.org, @ and @src/lib.rs"
            ),
            ["src/lib.rs", "docs/", "explore"]
        );
        assert_eq!(names("@a"), ["a"]);
        let many = "@a1 ".repeat(3)
            + &(0..40)
                .map(|n| format!("@f{n}"))
                .collect::<Vec<_>>()
                .join(" ");
        assert_eq!(mentions(&many).len(), MENTIONS_MAX);
        assert_eq!(mentions("é @x").first().map(|it| it.at), Some(3));
    }
}
