//! Finds out what speaks at an address: by content type and body, never by version or
//! status alone, because OpenCode answers unknown routes with a web page and status 200.

use std::time::Duration;

use domain::house::{Family, ServerFault};

use crate::client::Client;

/// How long one attempt waits. A request accepted while a server starts may never be
/// answered, so it is given up early and made again.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
/// How often a silent server is asked.
pub const ATTEMPTS: u32 = 3;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Which protocol it speaks.
    pub family: Family,
    /// Its version, to be shown.
    pub version: Option<String>,
    /// Whether it answers without a password.
    pub open_to_all: bool,
    /// Whether it keeps a log of the past that can be asked.
    pub sync_history: bool,
}

/// Asks what speaks there.
pub async fn probe(_client: &Client) -> Result<Probe, ServerFault> {
    Err(ServerFault::Unsupported)
}
