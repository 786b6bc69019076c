//! Finding words in a conversation: what is looked through, and what is said of a hit.
//!
//! The server looks through the whole history, a stretch at a time; a device asks for the
//! next stretch until it has enough or somebody stops it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::bulk::{LongText, ceil_char, floor_char};
use crate::id::MessageId;
use crate::message::Role;
use crate::part::{Part, PartBody};
use crate::time::Millis;
use crate::tool::{Tool, ToolInput};
use crate::transcript::Entry;

/// The longest text that is looked for, in bytes: a sentence.
pub const QUERY_MAX_BYTES: usize = 256;
/// How many hits of one message are told: enough to know that it is the one.
const HITS_PER_MESSAGE: usize = 4;
/// How much of the text before a hit is shown, in bytes.
const BEFORE_BYTES: usize = 48;
/// How much of the text after a hit, or of a prompt, is shown, in bytes: two lines.
const AFTER_BYTES: usize = 160;

/// A place in a conversation: where words were found, or what the owner said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// In which message.
    pub message: MessageId,
    /// When that was made.
    pub at: Millis,
    /// In what of it.
    pub place: Place,
    /// The words before, as far as they are shown.
    pub before: String,
    /// The words that were found, as they stand there; none in a list of prompts.
    pub found: String,
    /// The words after, as far as they are shown.
    pub after: String,
}

/// In what of a message words were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In what the owner said.
    Prompt,
    /// In what the agent said.
    Answer,
    /// In what the agent thought.
    Reasoning,
    /// In what a tool was asked or printed.
    Tool,
}

/// What was found in some stretches of a conversation, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// The hits, newest first.
    pub hits: Vec<Hit>,
    /// How many messages were looked through.
    pub searched: u32,
    /// The oldest of them, where there are older ones: the search goes on before it.
    pub rest: Option<MessageId>,
}

impl Findings {
    /// Looks through some messages, the newest of them first.
    pub fn look_through(&mut self, entries: &[Entry], query: &Query) {
        for entry in entries.iter().rev() {
            self.searched = self.searched.saturating_add(1);
            self.hits.extend(query.hits(entry));
        }
    }
}

/// What is looked for: words whatever their case, or every prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(Vec<char>);

impl Query {
    /// Takes what was typed. Without words it is for every prompt; none where it is longer
    /// than [`QUERY_MAX_BYTES`].
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        (typed.len() <= QUERY_MAX_BYTES).then(|| Self(folded(typed).collect()))
    }

    /// The places of `entry` that fit, in the order of its parts.
    pub fn hits(&self, entry: &Entry) -> Vec<Hit> {
        let by_owner = matches!(entry.message.role, Role::User(_));
        let mut hits = Vec::new();
        for part in &entry.parts {
            for (place, text) in texts(part, by_owner) {
                let at = if self.0.is_empty() {
                    (place == Place::Prompt && !text.trim().is_empty()).then_some(0..0)
                } else {
                    self.place_in(text)
                };
                if let Some(at) = at {
                    hits.push(hit(entry, place, text, &at));
                    // A list of prompts has one line for each.
                    if self.0.is_empty() || hits.len() >= HITS_PER_MESSAGE {
                        return hits;
                    }
                    // One hit tells of a part.
                    break;
                }
            }
        }
        hits
    }

    /// Where the words stand in `text` for the first time.
    fn place_in(&self, text: &str) -> Option<Range<usize>> {
        let first = self.0.first()?;
        text.char_indices().find_map(|(start, char)| {
            if folded_char(char).next().as_ref() != Some(first) {
                return None;
            }
            let mut wanted = self.0.iter();
            for (at, char) in text.get(start..)?.char_indices() {
                for folded in folded_char(char) {
                    match wanted.next() {
                        Some(next) if *next == folded => {}
                        // The words end within a letter that folds to several.
                        None => {}
                        Some(_) => return None,
                    }
                }
                if wanted.as_slice().is_empty() {
                    return Some(start..start + at + char.len_utf8());
                }
            }
            None
        })
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(folded_char)
}

/// A letter without its case; any white space is a space, as it is drawn.
fn folded_char(char: char) -> impl Iterator<Item = char> {
    let char = if char.is_whitespace() { ' ' } else { char };
    char.to_lowercase()
}

fn hit(entry: &Entry, place: Place, text: &str, at: &Range<usize>) -> Hit {
    let from = ceil_char(text, at.start.saturating_sub(BEFORE_BYTES));
    let to = floor_char(text, at.end.saturating_add(AFTER_BYTES));
    let piece = |range: Range<usize>| one_line(text.get(range).unwrap_or_default());
    let before = piece(from..at.start);
    let after = piece(at.end..to);
    Hit {
        message: entry.message.id.clone(),
        at: entry.message.created,
        place,
        before: if from > 0 {
            format!("…{before}")
        } else {
            before
        },
        found: piece(at.clone()),
        after: if to < text.len() {
            format!("{after}…")
        } else {
            after
        },
    }
}

/// White space as it is drawn: one space each, those at the ends too.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for char in text.chars() {
        if !char.is_whitespace() {
            line.push(char);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line
}

/// The texts of a part that are looked through. Of a long one that was cut its ends are.
fn texts(part: &Part, by_owner: bool) -> Vec<(Place, &str)> {
    match &part.body {
        PartBody::Text(text) if by_owner && text.synthetic => Vec::new(),
        PartBody::Text(text) if by_owner => vec![(Place::Prompt, &text.text)],
        PartBody::Text(text) => vec![(Place::Answer, &text.text)],
        PartBody::Reasoning(text) => vec![(Place::Reasoning, &text.text)],
        PartBody::Tool(tool) => tool_texts(tool),
        PartBody::File(file) => file.name.iter().map(|it| (Place::Prompt, &**it)).collect(),
        PartBody::Agent { name } => vec![(Place::Answer, name)],
        PartBody::Subtask { description, .. } => vec![(Place::Answer, description)],
        PartBody::Patch { files } => files.iter().map(|it| (Place::Tool, &**it)).collect(),
        PartBody::Compaction { .. } => Vec::new(),
        PartBody::Unknown { raw, .. } => ends(raw).map(|it| (Place::Answer, it)).collect(),
    }
}

fn tool_texts(tool: &Tool) -> Vec<(Place, &str)> {
    let mut texts: Vec<&str> = match &tool.input {
        ToolInput::Empty | ToolInput::Todo { .. } => Vec::new(),
        ToolInput::Question { answered, .. } => answered
            .iter()
            .flat_map(|it| std::iter::once(&it.question).chain(&it.answers))
            .map(String::as_str)
            .collect(),
        ToolInput::Bash {
            command,
            description,
        } => ends(command).chain(description.as_deref()).collect(),
        ToolInput::Read { path, .. }
        | ToolInput::Edit { path }
        | ToolInput::Write { path }
        | ToolInput::List { path } => vec![path],
        ToolInput::Patch { paths } => paths.iter().map(String::as_str).collect(),
        ToolInput::Glob { pattern } => vec![pattern],
        ToolInput::Grep { pattern, include } => std::iter::once(pattern.as_str())
            .chain(include.as_deref())
            .collect(),
        ToolInput::WebFetch { url } => vec![url],
        ToolInput::WebSearch { query } => vec![query],
        ToolInput::Task {
            agent, description, ..
        } => vec![description, agent],
        ToolInput::Skill { name } => vec![name],
        ToolInput::Invalid { tool, error } => vec![tool, error],
        ToolInput::Other { arguments, .. } => std::iter::once(tool.name.as_str())
            .chain(ends(arguments))
            .collect(),
    };
    texts.extend(tool.output.iter().flat_map(ends));
    for diff in &tool.diffs {
        texts.push(&diff.path);
        texts.extend(ends(&diff.patch));
    }
    texts.into_iter().map(|text| (Place::Tool, text)).collect()
}

fn ends(text: &LongText) -> impl Iterator<Item = &str> {
    let (first, second) = match text {
        LongText::Whole(text) => (text.as_str(), None),
        LongText::Cut(bulk) => (bulk.head.as_str(), Some(bulk.tail.as_str())),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{PartId, SessionId};
    use crate::message::{Assistant, Message, User};
    use crate::part::Text;
    use crate::tool::ToolState;

    fn entry(role: Role, bodies: Vec<PartBody>) -> Entry {
        let session = SessionId::new("s");
        let id = MessageId::new("m");
        Entry {
            message: Message {
                id: id.clone(),
                session: session.clone(),
                created: Millis(7),
                role,
            },
            parts: bodies
                .into_iter()
                .map(|body| Part {
                    id: PartId::new("p"),
                    message: id.clone(),
                    session: session.clone(),
                    body,
                })
                .collect(),
        }
    }

    fn said(text: &str) -> Entry {
        entry(
            Role::User(User::default()),
            vec![PartBody::Text(Text::whole(text))],
        )
    }

    fn found(query: &str, text: &str) -> Vec<(String, String, String)> {
        let query = Query::parse(query).unwrap();
        let hits = query.hits(&said(text));
        hits.into_iter()
            .map(|hit| (hit.before, hit.found, hit.after))
            .collect()
    }

    #[test]
    fn words_are_found_whatever_their_case_and_shown_as_they_stand() {
        let hit = |before: &str, found: &str, after: &str| {
            vec![(before.to_owned(), found.to_owned(), after.to_owned())]
        };
        assert_eq!(found("tide GAUGE", "The Tide\n gauge"), Vec::new());
        assert_eq!(
            found("tide GAUGE", "The Tide\ngauge."),
            hit("The ", "Tide gauge", ".")
        );
        assert_eq!(found("öl", "Das ÖL ist aus"), hit("Das ", "ÖL", " ist aus"));
        assert_eq!(found("aab", "aaab"), hit("a", "aab", ""));
        assert_eq!(found("i", "İ"), hit("", "İ", ""));
        assert_eq!(found("zz", "z"), Vec::new());
    }

    #[test]
    fn a_long_text_is_shown_around_the_words() {
        let text = format!("{}needle{}", "ä".repeat(500), "ö".repeat(500));
        let [(before, _, after)] = &found("needle", &text)[..] else {
            panic!("not found once")
        };
        assert!(before.starts_with('…') && before.len() <= BEFORE_BYTES + 3);
        assert!(after.ends_with('…') && after.len() <= AFTER_BYTES + 3);
    }

    #[test]
    fn without_words_every_prompt_is_found_and_nothing_else() {
        let all = Query::parse("  ").unwrap();
        assert_eq!(all.hits(&said("Mend the gauge")).len(), 1);
        let mut own = said("put in by OpenCode");
        if let PartBody::Text(text) = &mut own.parts[0].body {
            text.synthetic = true;
        }
        assert_eq!(all.hits(&own), Vec::new());
        let answer = entry(
            Role::Assistant(Assistant::default()),
            vec![PartBody::Text(Text::whole("Mended."))],
        );
        assert_eq!(all.hits(&answer), Vec::new());
    }

    #[test]
    fn commands_and_what_they_print_are_looked_through() {
        let tool = Tool {
            call: "c".into(),
            name: "bash".into(),
            input: ToolInput::Bash {
                command: LongText::Whole("cargo test".into()),
                description: None,
            },
            state: ToolState::Completed,
            started: None,
            ended: None,
            output: Some(LongText::Whole("1 passed".into())),
            diffs: Vec::new(),
            exit: Some(0),
            found: None,
        };
        let entry = entry(
            Role::Assistant(Assistant::default()),
            vec![PartBody::Tool(Box::new(tool))],
        );
        for words in ["cargo", "PASSED"] {
            let hits = Query::parse(words).unwrap().hits(&entry);
            assert_eq!(hits.len(), 1, "{words}");
            assert_eq!(hits[0].place, Place::Tool);
        }
    }

    #[test]
    fn what_is_too_long_is_not_looked_for() {
        assert_eq!(Query::parse(&"x".repeat(QUERY_MAX_BYTES + 1)), None);
    }
}
