//! What turns changed, and what sessions consumed.

use domain::id::MessageId;
use domain::message::Tokens;
use domain::review::{Fate, FileChange, Told};

use crate::wire::message;
use crate::wire::review::{FileDiff, Listed};

/// A message, as far as a review needs it; none where its role is unknown.
pub(crate) fn told(it: Listed) -> Option<Told> {
    let info = it.info;
    match info.role.as_str() {
        "user" => {
            let changes = info.summary.diffs.iter().map(change).collect();
            Some(Told::Prompt(MessageId::new(info.id), changes))
        }
        "assistant" => Some(Told::Step {
            tokens: tokens(&info.tokens),
            cost: info.cost.unwrap_or_default(),
        }),
        _ => None,
    }
}

/// What happened to one file.
pub(crate) fn change(it: &FileDiff) -> FileChange {
    FileChange {
        path: path(&it.file),
        fate: match it.status.as_deref() {
            Some("added") => Fate::Added,
            Some("deleted") => Fate::Deleted,
            Some(_) | None => Fate::Modified,
        },
        additions: it.additions.unwrap_or_default(),
        deletions: it.deletions.unwrap_or_default(),
    }
}

/// What was consumed.
pub(crate) fn tokens(it: &message::Tokens) -> Tokens {
    Tokens {
        input: it.input.unwrap_or_default(),
        output: it.output.unwrap_or_default(),
        reasoning: it.reasoning.unwrap_or_default(),
        cache_read: it.cache.read.unwrap_or_default(),
        cache_write: it.cache.write.unwrap_or_default(),
    }
}

/// A path as it is called. Git writes one with letters beyond ASCII in quotes, its bytes as
/// octal numbers, and some routes of the server pass that on.
pub(crate) fn path(told: &str) -> String {
    let quoted = told
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(mut rest) = quoted else {
        return told.to_owned();
    };
    let mut bytes = Vec::new();
    while let Some((before, escaped)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = escaped
            .get(..3)
            .and_then(|it| u8::from_str_radix(it, 8).ok());
        let mut letters = escaped.chars();
        rest = match (digits, letters.next()) {
            (Some(byte), _) => {
                bytes.push(byte);
                escaped.get(3..).unwrap_or_default()
            }
            (None, Some(letter)) => {
                let meant = match letter {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                };
                bytes.extend_from_slice(meant.encode_utf8(&mut [0; 4]).as_bytes());
                letters.as_str()
            }
            (None, None) => "",
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_git_s_quotes_is_called_by_its_name() {
        for (told, meant) in [
            ("src/a b.rs", "src/a b.rs"),
            ("\"gr\\303\\274n.md\"", "grün.md"),
            ("\"say \\\"hi\\\"\\\\.txt\"", "say \"hi\"\\.txt"),
            ("\"a\\tb\"", "a\tb"),
            ("\"ends\\\"", "ends"),
            ("\"", "\""),
            ("\"\\999\"", "999"),
        ] {
            assert_eq!(path(told), meant, "{told}");
        }
    }

    #[test]
    fn an_odd_summary_costs_the_changes_and_not_the_message() {
        let read = |summary: &str| {
            let json = format!(r#"{{"info":{{"id":"m","role":"user","summary":{summary}}}}}"#);
            serde_json::from_str::<Listed>(&json).ok().and_then(told)
        };
        let with = |changes| Some(Told::Prompt(MessageId::new("m"), changes));
        for odd in [
            "true",
            "null",
            "3",
            r#"{"diffs":7}"#,
            r#"{"diffs":[{"patch":"x"}]}"#,
        ] {
            assert_eq!(read(odd), with(Vec::new()), "{odd}");
        }
        let one = r#"{"diffs":[{"file":"a","patch":"@@","additions":2,"deletions":1.0,"status":"added"}]}"#;
        let change = FileChange {
            path: "a".to_owned(),
            fate: Fate::Added,
            additions: 2,
            deletions: 1,
        };
        assert_eq!(read(one), with(vec![change]));
    }
}
