//! What is being named at the caret: `@src/…` anywhere, `/…` at the beginning. Pure.

/// The sign that begins a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// `@`: a file or an agent.
    At,
    /// `/`: a command.
    Slash,
}

/// A name that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trigger {
    /// How it begins.
    pub(super) sign: Sign,
    /// Where its sign stands, in bytes.
    pub(super) start: usize,
    /// What follows the sign up to the caret.
    pub(super) query: String,
}

impl Trigger {
    /// What is being named where the caret stands at `caret`, in bytes.
    pub(super) fn at(text: &str, caret: usize) -> Option<Self> {
        let before = text.get(..caret)?;
        let start = before.rfind(char::is_whitespace).map_or(0, |at| {
            at + before
                .get(at..)
                .and_then(|it| it.chars().next())
                .map_or(1, char::len_utf8)
        });
        let word = before.get(start..)?;
        if start == 0
            && let Some(query) = word.strip_prefix('/')
        {
            let query = (!query.contains('/')).then(|| query.to_owned())?;
            return Some(Self {
                sign: Sign::Slash,
                start,
                query,
            });
        }
        if text.starts_with('!') {
            return None;
        }
        let opened = word.trim_start_matches(['(', '[', '{', '"', '\'', '`']);
        let query = opened.strip_prefix('@')?.to_owned();
        Some(Self {
            sign: Sign::At,
            start: start + (word.len() - opened.len()),
            query,
        })
    }

    /// The text with `name` in place of what was typed up to `caret`, and where the caret
    /// stands then. A folder is left open for what is in it.
    pub(super) fn fill(&self, text: &str, caret: usize, name: &str) -> (String, usize) {
        let before = text.get(..=self.start).unwrap_or_default();
        let after = text.get(caret..).unwrap_or_default();
        let gap = if name.ends_with('/') || after.starts_with(char::is_whitespace) {
            ""
        } else {
            " "
        };
        let head = format!("{before}{name}{gap}");
        let caret = head.len();
        (head + after, caret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(Sign, usize, String)> {
        let caret = text.find('|').unwrap();
        let trigger = Trigger::at(&text.replace('|', ""), caret)?;
        Some((trigger.sign, trigger.start, trigger.query))
    }

    #[test]
    fn a_name_is_what_stands_between_its_sign_and_the_caret() {
        let found = |sign, start, query: &str| Some((sign, start, query.to_owned()));
        for (text, trigger) in [
            ("@|", found(Sign::At, 0, "")),
            ("look at @src/li| now", found(Sign::At, 8, "src/li")),
            ("line\n(@a|", found(Sign::At, 6, "a")),
            ("née\u{a0}@a|", found(Sign::At, 6, "a")),
            ("me@exam|", None),
            ("@src |", None),
            ("/re|", found(Sign::Slash, 0, "re")),
            ("/|", found(Sign::Slash, 0, "")),
            ("/review ma|", None),
            ("/etc/ho|", None),
            ("see /re|", None),
            ("!ls @a|", None),
            ("plain|", None),
        ] {
            assert_eq!(at(text), trigger, "{text:?}");
        }
    }

    #[test]
    fn a_choice_takes_the_place_of_what_was_typed() {
        let trigger = Trigger::at("see @sr now", 7).unwrap();
        let filled = trigger.fill("see @sr now", 7, "src/a.rs");
        assert_eq!(filled, ("see @src/a.rs now".to_owned(), 13));
        let filled = trigger.fill("see @sr", 7, "src/");
        assert_eq!(filled, ("see @src/".to_owned(), 9));
        let trigger = Trigger::at("/re", 3).unwrap();
        assert_eq!(trigger.fill("/re", 3, "review"), ("/review ".to_owned(), 8));
    }
}
