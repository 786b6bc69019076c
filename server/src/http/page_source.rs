//! Where the pages get their state from. The relay implements this; tests provide a fake.

use async_trait::async_trait;
use domain::sync::{PageSnapshot, Viewing};

/// Gathers what a page is drawn from.
#[async_trait]
pub trait PageSource: Send + Sync {
    /// The state for a page of `owner` that shows `viewing`. Waits for a transcript only
    /// as long as a reader would: where it is not at hand in time, the snapshot comes
    /// without and the stream brings it.
    async fn snapshot(
        &self,
        owner: &str,
        viewing: Option<Viewing>,
    ) -> Result<PageSnapshot, PageFault>;
}

/// Why a page's state cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageFault {
    /// What the address names does not exist: the page says so, with status 404.
    #[error("no such server or session")]
    NotFound,
    /// The house itself cannot answer, for instance because it is shutting down.
    #[error("the state cannot be had: {0}")]
    Unavailable(String),
}
