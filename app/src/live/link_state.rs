//! How the page stands with Nexus.

use domain::time::Millis;

/// How the page stands with Nexus, as it is shown. A hiccup is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// The program has not begun: on the server and in the first drawing.
    Starting,
    /// Everything arrives.
    Live,
    /// The stream is open again; what was missed is arriving.
    CatchingUp,
    /// The stream broke.
    Reconnecting {
        /// When it is tried again; none while it is being tried.
        retry_at: Option<Millis>,
    },
    /// The browser says that it has no network.
    Offline,
    /// Nexus does not answer.
    Unreachable {
        /// When it is tried again; none while it is being tried.
        retry_at: Option<Millis>,
    },
    /// The owner's session has ended.
    SignedOut,
    /// The page is older than the server: a reload brings the new one, nothing is lost.
    UpdateReady,
}

impl LinkState {
    /// Whether what is sent goes out; where the program has not begun, it soon will.
    pub fn is_up(&self) -> bool {
        match self {
            LinkState::Starting | LinkState::Live | LinkState::CatchingUp => true,
            LinkState::Reconnecting { .. }
            | LinkState::Offline
            | LinkState::Unreachable { .. }
            | LinkState::SignedOut
            | LinkState::UpdateReady => false,
        }
    }
}
