//! What a session came to as a whole: the files it changed, what it consumed, how long it
//! is. Read when somebody wants to know, for it takes walking through the session.
//!
//! OpenCode counts changes by turn: between the snapshots of the files before and after it.
//! There is no count over the whole session, so a file has the changes of each of its turns.

use serde::{Deserialize, Serialize};

use crate::id::MessageId;
use crate::message::{Changed, Tokens};
use crate::sorted::SortedMap;

/// How many files a review lists: more than anybody reads through.
pub const FILES_MAX: usize = 400;
/// How many turns of one file are told, the last ones: each is a read when it is opened.
pub const TURNS_MAX: usize = 12;
/// The longest changes of one turn to one file that are told, in bytes: far more lines than
/// are drawn.
pub const PATCH_MAX_BYTES: usize = 256 * 1024;

/// What happened to a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is new.
    Added,
    /// It was there and is other than it was.
    #[default]
    Modified,
    /// It is gone.
    Deleted,
}

/// What one turn did to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileChange {
    /// The file's path, as a rule from the session's repository on.
    pub path: String,
    /// What happened to it.
    pub fate: Fate,
    /// Lines added.
    pub additions: u64,
    /// Lines removed.
    pub deletions: u64,
}

/// A message, as far as a review needs it.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The owner said something, and the turn that followed changed these files.
    Prompt(MessageId, Vec<FileChange>),
    /// A step of an agent.
    Step {
        /// What it consumed.
        tokens: Tokens,
        /// What it cost, in US dollars.
        cost: f64,
    },
}

/// What a session came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// The files it changed, by path, at most [`FILES_MAX`].
    pub files: Vec<ChangedFile>,
    /// How many more there are.
    pub more: u32,
    /// Why there are none, where more is known than that nothing was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blind: Option<Blind>,
    /// How many messages of the owner's were read.
    pub prompts: u32,
    /// How many steps of agents were read.
    pub steps: u32,
    /// Whether the session was read to its beginning; else all numbers are of its end.
    pub whole: bool,
    /// What the session consumed, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// What the session cost, in US dollars, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// Why OpenCode does not see what is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blind {
    /// The session's folder is in no Git repository.
    NoRepository,
    /// Snapshots are switched off in OpenCode's settings.
    SwitchedOff,
}

/// A file that a session changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedFile {
    /// Its path.
    pub path: String,
    /// What became of it over the session.
    pub fate: Fate,
    /// Lines added, by all its turns together.
    pub additions: u64,
    /// Lines removed, by all its turns together.
    pub deletions: u64,
    /// The messages of the owner's in whose turns it was changed, oldest first: the last
    /// [`TURNS_MAX`].
    pub turns: Vec<MessageId>,
    /// How many turns there are before those.
    pub earlier: u32,
}

/// The changes of one turn to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// Lines added.
    pub additions: u64,
    /// Lines removed.
    pub deletions: u64,
    /// The unified diff; empty where OpenCode tells no lines (a file that is no text).
    pub text: String,
    /// Whether that is only its beginning.
    pub cut: bool,
}

impl Review {
    /// What `told` comes to, oldest first; `whole` says that nothing came before it. From the
    /// message `revert` on everything is taken back, files included.
    pub fn of(told: Vec<Told>, revert: Option<&MessageId>, whole: bool) -> Self {
        let taken_back = |told: &Told| matches!(told, Told::Prompt(id, _) if Some(id) == revert);
        let end = match told.iter().position(taken_back) {
            Some(at) => at,
            // It lies before what was read, and with it all of this.
            None if revert.is_some() && !whole => 0,
            None => told.len(),
        };
        let mut review = Self {
            whole,
            ..Self::default()
        };
        let mut files = SortedMap::<String, ChangedFile>::new();
        let (mut tokens, mut cost) = (Tokens::default(), 0.0);
        for (at, told) in told.into_iter().enumerate() {
            match told {
                Told::Prompt(turn, changes) if at < end => {
                    review.prompts += 1;
                    for change in changes {
                        let path = change.path.clone();
                        files
                            .get_or_insert_with(path, || ChangedFile::begun(&change))
                            .take(&turn, &change);
                    }
                }
                Told::Prompt(..) => {}
                // What was taken back was paid for all the same.
                Told::Step {
                    tokens: used,
                    cost: paid,
                } => {
                    review.steps += u32::from(at < end);
                    tokens.add(&used);
                    cost += paid;
                }
            }
        }
        if whole {
            (review.tokens, review.cost) = (Some(tokens), Some(cost));
        }
        let all = files.len();
        review.files = files.into_values().take(FILES_MAX).collect();
        review.more = u32::try_from(all - review.files.len()).unwrap_or(u32::MAX);
        review
    }
}

impl ChangedFile {
    fn begun(change: &FileChange) -> Self {
        Self {
            path: change.path.clone(),
            fate: change.fate,
            additions: 0,
            deletions: 0,
            turns: Vec::new(),
            earlier: 0,
        }
    }

    fn take(&mut self, turn: &MessageId, change: &FileChange) {
        self.additions += change.additions;
        self.deletions += change.deletions;
        self.fate = match (self.fate, change.fate) {
            (_, Fate::Deleted) => Fate::Deleted,
            (Fate::Added, _) => Fate::Added,
            (Fate::Modified, now) => now,
            // It was there before the session, and is again.
            (Fate::Deleted, _) => Fate::Modified,
        };
        self.turns.push(turn.clone());
        if self.turns.len() > TURNS_MAX {
            self.turns.remove(0);
            self.earlier += 1;
        }
    }
}

impl Patch {
    /// The changes that `diff` tells, as much of it as is told.
    pub fn of(change: &FileChange, mut diff: String) -> Self {
        let cut = diff.len() > PATCH_MAX_BYTES;
        diff.truncate(crate::bulk::floor_char(&diff, PATCH_MAX_BYTES));
        Self {
            additions: change.additions,
            deletions: change.deletions,
            text: diff,
            cut,
        }
    }
}

impl Changed {
    /// What `changes` come to in brief; none where there are none.
    pub fn of(changes: &[FileChange]) -> Option<Self> {
        let named = changes.iter().take(Changed::NAMED_MAX);
        (!changes.is_empty()).then(|| Self {
            files: named.map(|it| it.path.clone()).collect(),
            more: u32::try_from(changes.len().saturating_sub(Changed::NAMED_MAX))
                .unwrap_or(u32::MAX),
            lines: changes.iter().map(|it| it.additions + it.deletions).sum(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, fate: Fate, additions: u64, deletions: u64) -> FileChange {
        FileChange {
            path: path.to_owned(),
            fate,
            additions,
            deletions,
        }
    }

    fn prompt(id: &str, changes: Vec<FileChange>) -> Told {
        Told::Prompt(MessageId::new(id), changes)
    }

    fn step(input: u64) -> Told {
        let tokens = Tokens {
            input,
            ..Tokens::default()
        };
        Told::Step { tokens, cost: 0.5 }
    }

    /// The files as `path fate +a -d turns`.
    fn files(review: &Review) -> Vec<String> {
        let line = |it: &ChangedFile| {
            let turns: Vec<&str> = it.turns.iter().map(MessageId::as_str).collect();
            let ChangedFile {
                path,
                fate,
                additions,
                deletions,
                ..
            } = it;
            format!(
                "{path} {fate:?} +{additions} -{deletions} {}",
                turns.join(",")
            )
        };
        review.files.iter().map(line).collect()
    }

    fn session() -> Vec<Told> {
        vec![
            prompt(
                "m1",
                vec![
                    change("src/b.rs", Fate::Added, 4, 0),
                    change("a.md", Fate::Modified, 1, 1),
                    change("old", Fate::Modified, 1, 0),
                ],
            ),
            step(10),
            step(20),
            prompt(
                "m2",
                vec![
                    change("src/b.rs", Fate::Modified, 1, 2),
                    change("old", Fate::Deleted, 0, 9),
                ],
            ),
            step(30),
        ]
    }

    #[test]
    fn a_file_has_the_changes_of_all_its_turns_and_what_became_of_it() {
        let review = Review::of(session(), None, true);
        assert_eq!(
            files(&review),
            [
                "a.md Modified +1 -1 m1",
                "old Deleted +1 -9 m1,m2",
                "src/b.rs Added +5 -2 m1,m2",
            ]
        );
        assert_eq!((review.prompts, review.steps), (2, 3));
        assert_eq!(review.tokens.map(|it| it.input), Some(60));
        assert_eq!(review.cost, Some(1.5));
    }

    #[test]
    fn what_is_taken_back_changed_nothing_and_was_paid_for() {
        let revert = MessageId::new("m2");
        let review = Review::of(session(), Some(&revert), true);
        assert_eq!(
            files(&review),
            [
                "a.md Modified +1 -1 m1",
                "old Modified +1 -0 m1",
                "src/b.rs Added +4 -0 m1",
            ]
        );
        assert_eq!((review.prompts, review.steps), (1, 2));
        assert_eq!(review.cost, Some(1.5));
    }

    #[test]
    fn of_a_session_that_was_not_read_to_its_beginning_no_sum_is_made_up() {
        let review = Review::of(session(), None, false);
        assert_eq!((review.tokens, review.cost), (None, None));
        let before_all = MessageId::new("m0");
        let review = Review::of(session(), Some(&before_all), false);
        assert!(review.files.is_empty());
        let unknown = Review::of(session(), Some(&before_all), true);
        assert_eq!(unknown.files.len(), 3);
    }

    #[test]
    fn many_files_and_many_turns_are_told_as_far_as_they_fit() {
        let turns = TURNS_MAX + 3;
        let told = (0..turns)
            .map(|n| prompt(&format!("m{n}"), vec![change("a", Fate::Modified, 1, 0)]))
            .collect();
        let review = Review::of(told, None, true);
        assert_eq!(review.files[0].turns.len(), TURNS_MAX);
        assert_eq!(review.files[0].earlier, 3);
        assert_eq!(review.files[0].additions, turns as u64);
        let many = (0..FILES_MAX + 5)
            .map(|n| change(&format!("{n:05}"), Fate::Added, 1, 0))
            .collect();
        let review = Review::of(vec![prompt("m", many)], None, true);
        assert_eq!((review.files.len(), review.more), (FILES_MAX, 5));
    }

    #[test]
    fn a_long_patch_is_cut_on_a_character() {
        let patch = Patch::of(&FileChange::default(), "ä".repeat(PATCH_MAX_BYTES));
        assert!(patch.cut && patch.text.len() <= PATCH_MAX_BYTES);
        assert!(!Patch::of(&FileChange::default(), "+a".to_owned()).cut);
    }
}
