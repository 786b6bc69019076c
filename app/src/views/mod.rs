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
mod announcer;
mod ask_words;
mod asker;
mod bar;
mod code;
mod composer;
mod connection;
mod diff;
mod dock;
mod explored;
mod failure;
mod formatted;
mod found_sessions;
mod frame;
mod head;
mod inbox;
mod inline;
mod long_text;
mod new_session;
mod on_its_way;
mod outline;
mod painted;
mod pane;
mod permission;
mod prose;
mod quality;
mod question;
mod reasoning;
mod row;
mod server;
mod server_dialogs;
mod server_form;
mod server_record;
mod server_survey;
mod server_switch;
mod server_words;
mod session_act;
mod session_form;
mod session_groups;
mod session_row;
mod session_sheet;
mod sessions;
mod step_up;
mod taken_back;
mod toasts;
mod todos;
mod tool;
mod tool_body;
mod tool_words;
mod transcript;
mod turn_foot;
mod user_row;

pub use account::SignOut;
pub(crate) use account::account;
pub use announcer::{Announcer, needing};
pub(crate) use composer::{Among, Naming, Sign, attaching, choices_among, enclosed, named};
pub use composer::{Chosen, Composer};
pub use connection::{Connection, Trouble};
pub use dock::{Dock, Together};
pub(crate) use dock::{asks, left_together};
pub(crate) use failure::{failure, retry};
pub(crate) use formatted::formatted;
pub(crate) use found_sessions::found_sessions;
pub use frame::{Frame, FrameState};
pub use head::Head;
pub use inbox::Inbox;
pub(crate) use new_session::new_session;
#[cfg(debug_assertions)]
pub(crate) use on_its_way::OnItsWay;
pub(crate) use pane::{Pane, pane};
pub use pane::{PaneButtons, PanePlace};
pub(crate) use prose::Words;
pub(crate) use quality::quality;
#[cfg(debug_assertions)]
pub(crate) use row::Row;
pub use server::ServerCard;
pub use server_dialogs::{AddServer, ServerDialogs, ServerDialogsView};
pub use session_row::{SessionRow, server_name_of, title_of};
pub use session_sheet::SessionActions;
pub(crate) use session_sheet::{Sheet, sheet};
pub use sessions::NewSessionButton;
pub use taken_back::TakenBack;
pub(crate) use taken_back::taken_back;
pub(crate) use toasts::{Toast, Toasts, toast};
pub use todos::Todos;
pub(crate) use todos::todos;
pub(crate) use tool_body::{raw, tool_body};
pub use transcript::{Conversation, FindButton, Finder, Reader};
pub(crate) use transcript::{find, trail};
pub(crate) use user_row::attachment;
