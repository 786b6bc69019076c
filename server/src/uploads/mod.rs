//! Files from the owner's devices that wait for their prompt. Kept as files in the data
//! directory, so that a restart loses none, and bounded: in number by their total size, in
//! time by their age. A file goes when its prompt has been accepted.

mod media;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use domain::id::UploadId;
use domain::prompt::{Attachment, InvalidAttachment};
use tokio::sync::Mutex;

use crate::random;

/// How long a file waits: as long as a device may be away with a draft.
const KEPT: Duration = Duration::from_hours(14 * 24);
/// What all files may take together, in bytes; beyond that the oldest go. Ten messages as
/// large as they may be.
const KEPT_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// The files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Uploads {
    folder: PathBuf,
    /// Held while files come and go, so that the sum is right.
    turn: Arc<Mutex<()>>,
}

/// Why a file is not kept, or not there.
#[derive(Debug, thiserror::Error)]
pub enum UploadFault {
    /// It cannot go with a prompt.
    #[error(transparent)]
    Invalid(#[from] InvalidAttachment),
    /// It was not there, or it waited for too long.
    #[error("The file is no longer here. Attach it again.")]
    Gone,
    /// The disk failed.
    #[error("The file cannot be kept: {0}")]
    Io(#[from] io::Error),
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its media type, found in its bytes.
    pub mime: &'static str,
    /// What is in it.
    pub bytes: Bytes,
}

impl Uploads {
    /// Keeps files in `folder`, which is made when it is needed.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            turn: Arc::default(),
        }
    }

    /// Keeps a file; the answer is its id and its media type. `now` is the time of the
    /// files: those that waited for too long are dropped.
    pub async fn keep(
        &self,
        bytes: Bytes,
        now: SystemTime,
    ) -> Result<(UploadId, &'static str), UploadFault> {
        domain::prompt::may_join(bytes.len() as u64, [])?;
        let mime = media::media_of(&bytes)?;
        let id = UploadId::new(format!("{:032x}", u128::from_le_bytes(random::bytes())));
        let _turn = self.turn.lock().await;
        tokio::fs::create_dir_all(&self.folder).await?;
        self.make_room(bytes.len() as u64, now).await?;
        // Written aside first: a torn file would be taken for a whole one.
        let aside = self.folder.join(format!("{id}.part"));
        tokio::fs::write(&aside, &bytes).await?;
        tokio::fs::rename(&aside, self.place(&id)).await?;
        Ok((id, mime))
    }

    /// Reads a file.
    pub async fn read(&self, id: &UploadId) -> Result<Kept, UploadFault> {
        // From outside: it must not leave the folder.
        let id = UploadId::parse(id.as_str()).map_err(|_| UploadFault::Gone)?;
        let bytes = match tokio::fs::read(self.place(&id)).await {
            Ok(bytes) => Bytes::from(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(UploadFault::Gone),
            Err(error) => return Err(error.into()),
        };
        let mime = media::media_of(&bytes)?;
        Ok(Kept { mime, bytes })
    }

    /// Drops the files of a prompt that was accepted.
    pub async fn drop_all(&self, files: &[Attachment]) {
        for file in files {
            if let Ok(id) = UploadId::parse(file.upload.as_str()) {
                // What stays goes with its age.
                let _ = tokio::fs::remove_file(self.place(&id)).await;
            }
        }
    }

    fn place(&self, id: &UploadId) -> PathBuf {
        self.folder.join(id.as_str())
    }

    /// Drops what is too old, and the oldest where `more` bytes would not fit.
    async fn make_room(&self, more: u64, now: SystemTime) -> io::Result<()> {
        let mut kept = files(&self.folder).await?;
        kept.sort_by_key(|(since, ..)| std::cmp::Reverse(*since));
        let mut together = more;
        for (since, bytes, path) in kept {
            together = together.saturating_add(bytes);
            let old = now.duration_since(since).is_ok_and(|age| age > KEPT);
            if old || together > KEPT_MAX_BYTES {
                tokio::fs::remove_file(path).await?;
            }
        }
        Ok(())
    }
}

/// The files of a folder: since when, how large, where.
async fn files(folder: &Path) -> io::Result<Vec<(SystemTime, u64, PathBuf)>> {
    let mut found = Vec::new();
    let mut entries = tokio::fs::read_dir(folder).await?;
    while let Some(entry) = entries.next_entry().await? {
        let about = entry.metadata().await?;
        found.push((about.modified()?, about.len(), entry.path()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(hours: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_hours(4_000_000_000 / 3_600 + hours)
    }

    #[tokio::test]
    async fn a_file_is_there_until_its_prompt_is_accepted() {
        let dir = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(dir.path().join("uploads"));
        let bytes = Bytes::from_static(b"%PDF-1.7");
        let (id, mime) = uploads
            .keep(bytes.clone(), SystemTime::UNIX_EPOCH)
            .await
            .unwrap();
        assert_eq!(mime, "application/pdf");
        assert_eq!(uploads.read(&id).await.unwrap(), Kept { mime, bytes });
        let file = Attachment {
            upload: id.clone(),
            name: "a.pdf".to_owned(),
            mime: mime.to_owned(),
            bytes: 8,
        };
        uploads.drop_all(&[file]).await;
        assert!(matches!(uploads.read(&id).await, Err(UploadFault::Gone)));
    }

    #[tokio::test]
    async fn nothing_is_read_outside_of_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        let uploads = Uploads::new(dir.path().join("uploads"));
        let out = uploads.read(&UploadId::new("../secret")).await;
        assert!(matches!(out, Err(UploadFault::Gone)));
    }

    #[tokio::test]
    async fn what_waited_for_too_long_goes_when_another_comes() {
        let dir = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(dir.path().join("uploads"));
        let text = |text: &'static str| Bytes::from_static(text.as_bytes());
        let (old, _) = uploads.keep(text("old"), later(0)).await.unwrap();
        let (new, _) = uploads.keep(text("new"), later(1_000_000)).await.unwrap();
        assert!(matches!(uploads.read(&old).await, Err(UploadFault::Gone)));
        assert!(uploads.read(&new).await.is_ok());
    }
}
