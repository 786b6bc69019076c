//! What is being written to a session: words and files. Both are kept on the device until
//! they are sent; of the files the server has the bytes already.

use domain::id::MessageId;
use domain::prompt::Attachment;
use leptos::prelude::{ArcRwSignal, ReadUntracked, Set, Update};

use super::{Live, SessionKey, edge};
use crate::browser::files::{self, NotTaken, Picked};

/// What is being written to a session.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The words.
    pub text: ArcRwSignal<String>,
    /// The files.
    pub files: ArcRwSignal<Vec<Enclosure>>,
}

/// A file in a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    /// What it is called on this page.
    pub key: u32,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether that is the size it is sent with: large pictures are made smaller before.
    pub measured: bool,
    /// Where its picture can be had, if it is one.
    pub preview: Option<String>,
    /// How far it is.
    pub state: EnclosureState,
}

/// How far a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnclosureState {
    /// On its way to the server.
    Uploading,
    /// There.
    Ready(Attachment),
    /// Not there.
    Failed(NotTaken),
}

impl Enclosure {
    /// A file that the server has.
    pub(super) fn ready(key: u32, file: Attachment) -> Self {
        Self {
            key,
            name: file.name.clone(),
            bytes: file.bytes,
            measured: true,
            preview: file
                .is_picture()
                .then(|| format!("/api/upload/{}", file.upload)),
            state: EnclosureState::Ready(file),
        }
    }

    /// A number for each state, to tell them apart.
    pub fn stage(&self) -> u8 {
        match &self.state {
            EnclosureState::Uploading => 0,
            EnclosureState::Ready(_) => 1,
            EnclosureState::Failed(_) => 2,
        }
    }

    /// The file on the server, once it is there.
    pub fn attachment(&self) -> Option<&Attachment> {
        match &self.state {
            EnclosureState::Ready(file) => Some(file),
            EnclosureState::Uploading | EnclosureState::Failed(_) => None,
        }
    }
}

impl Draft {
    /// Puts files that the server has into the draft.
    pub(super) fn put(&self, files: Vec<Attachment>) {
        let files = files.into_iter();
        let files = files.map(|file| Enclosure::ready(files::fresh_key(), file));
        self.files.update(|all| all.extend(files));
    }

    fn change(&self, key: u32, change: impl FnOnce(&mut Enclosure)) {
        self.files.update(|files| {
            if let Some(file) = files.iter_mut().find(|file| file.key == key) {
                change(file);
            }
        });
    }

    /// Uploads a picked file; the answer is written beside it.
    fn upload(self, picked: Picked) {
        leptos::task::spawn_local(async move {
            let key = picked.key;
            let others = |bytes| {
                self.change(key, |file| {
                    file.bytes = bytes;
                    file.measured = true;
                });
                beside(&self.files.read_untracked(), key)
            };
            let state = match files::upload(picked, others).await {
                Ok(file) => EnclosureState::Ready(file),
                Err(why) => EnclosureState::Failed(why),
            };
            self.change(key, |file| {
                if let EnclosureState::Ready(there) = &state {
                    file.bytes = there.bytes;
                }
                file.state = state;
            });
        });
    }
}

/// The sizes of the files that go with the same prompt as `key`. What is still made smaller
/// has none yet: it is judged by those that have.
fn beside(files: &[Enclosure], key: u32) -> Vec<u64> {
    let goes =
        |file: &&Enclosure| file.key != key && !matches!(file.state, EnclosureState::Failed(_));
    let size = |file: &Enclosure| if file.measured { file.bytes } else { 0 };
    files.iter().filter(goes).map(size).collect()
}

impl Live {
    /// What is being written to a session: kept over a reload, and cleared when it is sent.
    pub fn draft(&self, session: &SessionKey) -> Draft {
        let draft = self.0.draft(session);
        edge::keep_draft(session, &draft);
        draft
    }

    /// Puts files into what is being written, and uploads them.
    pub fn attach(&self, session: &SessionKey, picked: Vec<Picked>) {
        let draft = self.0.draft(session);
        for picked in picked {
            let file = Enclosure {
                key: picked.key,
                name: picked.name.clone(),
                bytes: picked.bytes,
                measured: false,
                preview: picked.preview.clone(),
                state: EnclosureState::Uploading,
            };
            draft.files.update(|files| files.push(file));
            draft.clone().upload(picked);
        }
    }

    /// Uploads a file again that failed.
    pub fn attach_again(&self, session: &SessionKey, key: u32) {
        let draft = self.0.draft(session);
        if let Some(picked) = files::again(key) {
            draft.change(key, |file| file.state = EnclosureState::Uploading);
            draft.upload(picked);
        }
    }

    /// Takes a file out of what is being written.
    pub fn detach(&self, session: &SessionKey, key: u32) {
        let draft = self.0.draft(session);
        draft
            .files
            .update(|files| files.retain(|file| file.key != key));
        files::let_go(key);
    }

    /// Empties what is being written: it is on its way.
    pub(super) fn clear_draft(&self, session: &SessionKey) {
        let draft = self.0.draft(session);
        for file in &*draft.files.read_untracked() {
            files::let_go(file.key);
        }
        draft.text.set(String::new());
        draft.files.set(Vec::new());
    }

    /// Takes a prompt back that was not accepted and puts it before what is being written.
    pub fn edit(&self, session: &SessionKey, message: &MessageId) {
        let Some(taken) = self.discard(message) else {
            return;
        };
        let draft = self.0.draft(session);
        let words = taken.prompt.words().to_owned();
        draft.text.update(|text| {
            *text = if text.trim().is_empty() {
                words
            } else {
                format!("{words}\n\n{text}")
            };
        });
        draft.put(taken.prompt.files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_judged_by_what_goes_with_them_at_the_size_it_is_sent_with() {
        let file = |key, bytes, measured, state| Enclosure {
            key,
            name: "a.jpg".to_owned(),
            bytes,
            measured,
            preview: None,
            state,
        };
        let failed = EnclosureState::Failed(NotTaken {
            why: "Too large.".to_owned(),
            again: false,
        });
        let files = [
            file(1, 9, false, EnclosureState::Uploading),
            file(2, 9, false, EnclosureState::Uploading),
            file(3, 2, true, EnclosureState::Uploading),
            file(4, 11, true, failed),
        ];
        // One is still made smaller, and one does not go at all.
        assert_eq!(beside(&files, 1), [0, 2]);
    }
}
