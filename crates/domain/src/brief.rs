//! What the window on a session's end tells of the session in brief: how full the model's
//! context is, and how many files were changed. It costs no read; the whole is a
//! [`crate::review::Review`].

use crate::id::MessageId;
use crate::message::{Role, Tokens};
use crate::session::ModelRef;
use crate::sorted::SortedSet;
use crate::transcript::Transcript;

/// A session in brief.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// What it changed.
    pub touched: Touched,
    /// How full the context is.
    pub fill: Fill,
    /// The last step of an agent.
    pub last_step: Option<MessageId>,
}

/// The files that a session changed, as far as its window reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// How many.
    pub files: usize,
    /// Whether there may be more beyond the window.
    pub more: bool,
    /// How many lines, by which one change is told from another.
    pub lines: u64,
    /// The last message of the owner's that counts: with another one it is another session
    /// that is looked at, or less of it.
    pub last: Option<MessageId>,
}

/// How full the context of the model is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fill {
    /// No step has told yet.
    #[default]
    Unknown,
    /// The conversation was just summed up: what is left of it the next step tells.
    Summed,
    /// The last step read and wrote so much.
    Used {
        /// In tokens.
        tokens: u64,
        /// The model that did.
        model: Option<ModelRef>,
    },
}

impl Brief {
    /// Of a window, and the message from which on everything is taken back. None where the
    /// window does not reach the end.
    pub fn of(transcript: &Transcript, revert: Option<&MessageId>) -> Option<Self> {
        if transcript.newer {
            return None;
        }
        let mut brief = Self::default();
        let mut paths = SortedSet::<&str>::new();
        brief.touched.more = transcript.older;
        let mut counts = true;
        for entry in &transcript.entries {
            let id = &entry.message.id;
            counts &= Some(id) != revert;
            match &entry.message.role {
                Role::User(user) if counts => {
                    brief.touched.last = Some(id.clone());
                    let Some(changed) = &user.changed else {
                        continue;
                    };
                    paths.extend(changed.files.iter().map(String::as_str));
                    brief.touched.lines += changed.lines;
                    brief.touched.more |= changed.more > 0;
                }
                Role::User(_) => {}
                Role::Assistant(step) => {
                    brief.last_step = Some(id.clone());
                    let tokens = step.tokens.all();
                    if step.summary && !step.is_open() {
                        brief.fill = Fill::Summed;
                    } else if tokens > 0 && !step.summary {
                        brief.fill = Fill::Used {
                            tokens,
                            model: step.model.clone(),
                        };
                    }
                }
            }
        }
        brief.touched.files = paths.len();
        Some(brief)
    }
}

impl Tokens {
    /// All of them: what a step took of the context.
    pub fn all(&self) -> u64 {
        self.input + self.output + self.reasoning + self.cache_read + self.cache_write
    }

    /// Adds those of another step.
    pub fn add(&mut self, more: &Tokens) {
        self.input += more.input;
        self.output += more.output;
        self.reasoning += more.reasoning;
        self.cache_read += more.cache_read;
        self.cache_write += more.cache_write;
    }
}

/// How much `used` is of `limit`, in percent from 0 to 100: nothing only where nothing is
/// used. None where it is not known how much fits.
pub fn percent(used: u64, limit: u64) -> Option<u8> {
    if limit == 0 {
        return None;
    }
    let part = used.saturating_mul(100) / limit;
    let part = part.clamp(u64::from(used > 0), 100);
    u8::try_from(part).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::SessionId;
    use crate::message::{Assistant, Changed, Message, User};
    use crate::time::Millis;
    use crate::transcript::Entry;

    fn entry(n: u64, role: Role) -> Entry {
        Entry {
            message: Message {
                id: MessageId::new(format!("m{n}")),
                session: SessionId::new("s"),
                created: Millis(n),
                role,
            },
            parts: Vec::new(),
        }
    }

    fn prompt(n: u64, files: &[&str], more: u32) -> Entry {
        let changed = Changed {
            files: files.iter().map(|it| (*it).to_owned()).collect(),
            more,
            lines: 2,
        };
        let user = User {
            changed: (!files.is_empty()).then_some(changed),
            ..User::default()
        };
        entry(n, Role::User(user))
    }

    fn step(n: u64, input: u64, summary: bool) -> Entry {
        let step = Assistant {
            completed: Some(Millis(n)),
            summary,
            tokens: Tokens {
                input,
                cache_read: input,
                ..Tokens::default()
            },
            ..Assistant::default()
        };
        entry(n, Role::Assistant(step))
    }

    fn window(entries: Vec<Entry>) -> Transcript {
        Transcript {
            entries,
            ..Transcript::default()
        }
    }

    fn used(tokens: u64) -> Fill {
        Fill::Used {
            tokens,
            model: None,
        }
    }

    #[test]
    fn the_last_step_that_consumed_anything_says_how_full_the_context_is() {
        let fill = |entries| Brief::of(&window(entries), None).unwrap().fill;
        assert_eq!(fill(vec![prompt(1, &[], 0)]), Fill::Unknown);
        let begun = vec![step(2, 10, false), step(3, 20, false), step(4, 0, false)];
        assert_eq!(fill(begun), used(40));
        let summed = vec![step(2, 10, false), step(3, 90, true)];
        assert_eq!(fill(summed.clone()), Fill::Summed);
        let on = summed.into_iter().chain([step(4, 5, false)]).collect();
        assert_eq!(fill(on), used(10));
    }

    #[test]
    fn files_are_counted_once_and_without_what_is_taken_back() {
        let entries = vec![
            prompt(1, &["a", "b"], 0),
            step(2, 1, false),
            prompt(3, &["b", "c"], 0),
        ];
        let touched = |revert: Option<&str>| {
            let revert = revert.map(MessageId::new);
            let brief = Brief::of(&window(entries.clone()), revert.as_ref()).unwrap();
            (brief.touched.files, brief.touched.lines, brief.touched.more)
        };
        assert_eq!(touched(None), (3, 4, false));
        assert_eq!(touched(Some("m3")), (2, 2, false));
        assert_eq!(touched(Some("m1")), (0, 0, false));
    }

    #[test]
    fn what_a_window_does_not_show_is_not_made_up() {
        let mut short = window(vec![prompt(1, &["a"], 0)]);
        short.older = true;
        assert!(Brief::of(&short, None).unwrap().touched.more);
        let many = window(vec![prompt(1, &["a"], 7)]);
        assert!(Brief::of(&many, None).unwrap().touched.more);
        short.newer = true;
        assert_eq!(Brief::of(&short, None), None);
    }

    #[test]
    fn a_share_is_told_in_percent_where_the_whole_is_known() {
        assert_eq!(percent(0, 200), Some(0));
        assert_eq!(percent(1, 200_000), Some(1));
        assert_eq!(percent(68_000, 200_000), Some(34));
        assert_eq!(percent(300_000, 200_000), Some(100));
        assert_eq!(percent(u64::MAX, 7), Some(100));
        assert_eq!(percent(5, 0), None);
    }
}
