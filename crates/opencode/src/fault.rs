//! Why a call did not do what it was meant to do, by what the caller can do about it.

use domain::house::ServerFault;

/// A call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallFault {
    /// The server cannot be had: the connection as a whole is in question.
    #[error("the server cannot be had: {0:?}")]
    Down(ServerFault),
    /// What the call was about does not exist there (any more).
    #[error("not found")]
    NotFound,
    /// The session is busy and the call needs it idle.
    #[error("busy")]
    Busy,
    /// Servers of this family have no way to do it.
    #[error("servers of this kind cannot do this")]
    Unsupported,
    /// The server understood and said no.
    #[error("refused with status {status}: {why}")]
    Refused {
        /// Its HTTP status.
        status: u16,
        /// Its reason, one line.
        why: String,
    },
}

impl From<ServerFault> for CallFault {
    fn from(fault: ServerFault) -> Self {
        CallFault::Down(fault)
    }
}
