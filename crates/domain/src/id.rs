//! Ids as types of their own, so that one kind is never passed for another.
//!
//! Ids are identity, never time and never order: OpenCode's wrap around and may be
//! chosen by clients. All are cheap to clone.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest id that is let in from outside, in bytes.
///
/// OpenCode's own are 30 long, ids of tool calls come from the model and may be longer.
pub const ID_MAX_BYTES: usize = 128;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Empty, or longer than [`ID_MAX_BYTES`].
    #[error("an id has 1 to {ID_MAX_BYTES} characters")]
    Length,
    /// A character outside `A-Z a-z 0-9 _ -`.
    #[error("an id consists of letters, digits, _ and -")]
    Character,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes an id as a trusted peer gave it, unchecked.
            pub fn new(id: impl Into<Arc<str>>) -> Self {
                Self(id.into())
            }

            /// Takes an id from outside (an address, a request), checked so that it can
            /// stand in a path: letters, digits, `_` and `-`, at most [`ID_MAX_BYTES`].
            pub fn parse(id: &str) -> Result<Self, InvalidId> {
                if id.is_empty() || id.len() > ID_MAX_BYTES {
                    return Err(InvalidId::Length);
                }
                if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
                    return Err(InvalidId::Character);
                }
                Ok(Self(id.into()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|id| Self(id.into()))
            }
        }
    )*};
}

ids! {
    /// One saved OpenCode server.
    ServerId;
    /// One session of a server.
    SessionId;
    /// One message of a session.
    MessageId;
    /// One part of a message.
    PartId;
    /// One request for permission.
    PermissionId;
    /// One request for answers.
    QuestionId;
    /// One open event stream of a device.
    StreamId;
    /// Chosen by the device for a command that must not be carried out twice.
    RequestId;
    /// One uploaded file that waits for its prompt.
    UploadId;
    /// A directory on a server's machine, as that server writes it (canonical, absolute).
    ///
    /// Compare only with what the same server returned: symlinks are resolved there.
    Directory;
}

impl Directory {
    /// The last component, for a short label; the whole path where there is none.
    pub fn name(&self) -> &str {
        let path = self.as_str().trim_end_matches(['/', '\\']);
        match path.rsplit(['/', '\\']).next() {
            Some(name) if !name.is_empty() => name,
            Some(_) | None => self.as_str(),
        }
    }

    /// `path` as it is called from here: without the directory in front, where it lies
    /// within.
    pub fn within<'a>(&self, path: &'a str) -> &'a str {
        let here = self.as_str().trim_end_matches(['/', '\\']);
        match path
            .strip_prefix(here)
            .and_then(|rest| rest.strip_prefix(['/', '\\']))
        {
            Some(rest) if !here.is_empty() && !rest.is_empty() => rest,
            Some(_) | None => path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_from_outside_cannot_leave_its_path_segment() {
        assert_eq!(SessionId::parse("../x"), Err(InvalidId::Character));
        assert_eq!(SessionId::parse(""), Err(InvalidId::Length));
        assert_eq!(SessionId::parse(&"a".repeat(129)), Err(InvalidId::Length));
        assert_eq!(SessionId::parse("ses_0aZ-9").unwrap().as_str(), "ses_0aZ-9");
    }

    #[test]
    fn a_directory_is_labelled_by_its_last_component() {
        assert_eq!(Directory::new("/home/me/project").name(), "project");
        assert_eq!(Directory::new("/home/me/project/").name(), "project");
        assert_eq!(Directory::new("/").name(), "/");
        assert_eq!(Directory::new("C:\\src\\nexus").name(), "nexus");
    }

    #[test]
    fn a_path_is_shortened_only_where_it_lies_within() {
        let here = Directory::new("/home/me/project");
        assert_eq!(here.within("/home/me/project/src/a.rs"), "src/a.rs");
        for whole in [
            "/home/me/project",
            "/home/me/project/",
            "/home/me/project-two/a.rs",
            "/etc/passwd",
            "src/a.rs",
        ] {
            assert_eq!(here.within(whole), whole);
        }
        assert_eq!(Directory::new("/").within("/etc/passwd"), "/etc/passwd");
        let windows = Directory::new("C:\\src\\nexus");
        assert_eq!(windows.within("C:\\src\\nexus\\a.rs"), "a.rs");
    }
}
