//! Files that go with a prompt.

use serde::{Deserialize, Serialize};

use crate::id::UploadId;

/// How many files go with one prompt. A model reads few; a folder is better named with `@`.
pub const ATTACHMENTS_MAX: usize = 10;
/// The largest file, in bytes. OpenCode takes a picture of this size in about two seconds.
pub const ATTACHMENT_MAX_BYTES: u64 = 10 * 1024 * 1024;
/// The largest text, in bytes: OpenCode writes a text file into the prompt word by word,
/// and a model reads no more.
pub const TEXT_MAX_BYTES: u64 = 1024 * 1024;
/// What the files of one prompt may have together, in bytes. OpenCode repeats each of them
/// in its events, so that every device pays for it.
pub const ATTACHMENTS_MAX_BYTES: u64 = 25 * 1024 * 1024;

/// A file that has been uploaded and goes with a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Under which id the server keeps it.
    pub upload: UploadId,
    /// Its name on the device it comes from.
    pub name: String,
    /// Its media type, found by the server in its bytes.
    pub mime: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Attachment {
    /// Whether it is a picture.
    pub fn is_picture(&self) -> bool {
        self.mime.starts_with("image/")
    }
}

/// Why a file cannot go with a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAttachment {
    /// Nothing in it.
    #[error("The file is empty.")]
    Empty,
    /// Larger than [`ATTACHMENT_MAX_BYTES`].
    #[error("The file is too large: {} MB are the limit.", ATTACHMENT_MAX_BYTES >> 20)]
    TooLarge,
    /// A text larger than [`TEXT_MAX_BYTES`].
    #[error("The text is too long: {} MB are the limit. Name it with @ if it is in the project.", TEXT_MAX_BYTES >> 20)]
    TextTooLong,
    /// More than [`ATTACHMENTS_MAX`].
    #[error("{ATTACHMENTS_MAX} files are the limit for one message.")]
    TooMany,
    /// More than [`ATTACHMENTS_MAX_BYTES`] together.
    #[error("The files are too large together: {} MB are the limit for one message.", ATTACHMENTS_MAX_BYTES >> 20)]
    TooLargeTogether,
    /// Of a kind that no model reads.
    #[error("Only pictures (PNG, JPEG, GIF, WebP), PDF and text files can be attached.")]
    Kind,
}

/// Whether a file of `bytes` bytes may join files of these sizes.
pub fn may_join(
    bytes: u64,
    others: impl IntoIterator<Item = u64>,
) -> Result<(), InvalidAttachment> {
    let (mut count, mut together) = (1, bytes);
    for other in others {
        count += 1;
        together = together.saturating_add(other);
    }
    if bytes == 0 {
        Err(InvalidAttachment::Empty)
    } else if bytes > ATTACHMENT_MAX_BYTES {
        Err(InvalidAttachment::TooLarge)
    } else if count > ATTACHMENTS_MAX {
        Err(InvalidAttachment::TooMany)
    } else if together > ATTACHMENTS_MAX_BYTES {
        Err(InvalidAttachment::TooLargeTogether)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_joins_while_there_is_room_for_it() {
        let mib = |n: u64| n << 20;
        assert_eq!(may_join(mib(10), []), Ok(()));
        assert_eq!(may_join(0, []), Err(InvalidAttachment::Empty));
        assert_eq!(may_join(mib(10) + 1, []), Err(InvalidAttachment::TooLarge));
        assert_eq!(may_join(1, [1; 9]), Ok(()));
        assert_eq!(may_join(1, [1; 10]), Err(InvalidAttachment::TooMany));
        assert_eq!(
            may_join(mib(10), [mib(10), mib(6)]),
            Err(InvalidAttachment::TooLargeTogether)
        );
    }
}
