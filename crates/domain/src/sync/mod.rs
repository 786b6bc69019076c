//! The protocol between the server and a device: see `docs/PROTOCOL.md`.
//!
//! A change of any type here changes a golden snapshot; a change that an older page would
//! misread raises [`PROTOCOL`].

mod cursor;
mod focus;
mod frame;
mod page;
mod replica;
mod snapshot;

pub use cursor::{Cursor, Epoch, Position, Seq, Source};
pub use focus::{
    Focus, FocusedSession, PASSAGE_ROWS, POLL_WAIT_MAX_MS, Passage, PollRequest, StreamRequest,
    WINDOW_ROWS,
};
pub use frame::{Farewell, Frame, Hello, WindowFault};
pub use page::{PageSnapshot, ServerSnapshot, Viewing};
pub use replica::{Applied, Moved, Replica};
pub use snapshot::{INDEX_DEFAULT, Index, SessionWindow};

/// The version of this protocol. A page of another version reloads itself.
pub const PROTOCOL: u16 = 1;
