//! Views: each draws one type of our domain from [`crate::live::Live`] and gives its
//! commands. Words for states live beside what they describe, as pure functions.

#![expect(
    clippy::needless_pass_by_value,
    reason = "what a component is given is its own: a reference cannot outlive the call"
)]
#![expect(
    unreachable_pub,
    reason = "the macro makes a public builder beside each component, also beside private ones"
)]

mod account;
mod ask_words;
mod code;
mod composer;
mod connection;
mod diff;
mod dock;
mod failure;
mod formatted;
mod frame;
mod head;
mod inline;
mod long_text;
mod new_session;
mod offers;
mod outline;
mod permission;
mod prose;
mod question;
mod reasoning;
mod row;
mod server;
mod server_words;
mod session_row;
mod sessions;
mod todos;
mod tool;
mod tool_body;
mod tool_words;
mod transcript;
mod turn_foot;
mod user_row;

pub use account::SignOut;
pub(crate) use account::account;
pub use composer::Composer;
pub use connection::{Connection, Trouble};
pub use dock::{Announcer, Dock};
pub(crate) use formatted::formatted;
pub use frame::{Frame, FrameState};
pub use head::Head;
pub(crate) use long_text::raw_text;
pub(crate) use new_session::new_session;
pub(crate) use prose::Words;
pub use server::ServerCard;
pub use session_row::{SessionRow, title_of};
pub use sessions::NewSessionButton;
pub use todos::Todos;
pub(crate) use tool_body::tool_body;
pub use transcript::Conversation;
