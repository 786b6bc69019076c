//! Files of the device: picked by a button, pasted, dropped, or taken with its camera; and
//! their way to the server.

#[cfg(feature = "hydrate")]
mod present;

use domain::prompt::Attachment;
use leptos::ev;

/// A file that the owner picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picked {
    /// What it is called on this page.
    pub key: u32,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Where its picture can be had, if it is one.
    pub preview: Option<String>,
}

/// Why a file is not on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// A sentence.
    pub why: String,
    /// Whether another try may help.
    pub again: bool,
}

/// The files that an event brings: the choice of a field, a paste, a drop. The browser does
/// nothing else with them then.
pub fn picked(event: &ev::Event) -> Vec<Picked> {
    #[cfg(feature = "hydrate")]
    {
        present::picked(event)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        Vec::new()
    }
}

/// Whether files are dragged over the page; the page is told that it may take them.
pub fn are_dragged(event: &ev::DragEvent) -> bool {
    #[cfg(feature = "hydrate")]
    {
        present::are_dragged(event)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}

/// Brings a file to the server; large pictures are made smaller. `others` is told how large
/// it is then, and answers with the sizes of what goes with the same prompt.
pub async fn upload(
    picked: Picked,
    others: impl FnOnce(u64) -> Vec<u64>,
) -> Result<Attachment, NotTaken> {
    #[cfg(feature = "hydrate")]
    {
        present::upload(picked, others).await
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (picked, others);
        std::future::pending().await
    }
}

/// A file that was picked before.
pub fn again(key: u32) -> Option<Picked> {
    #[cfg(feature = "hydrate")]
    {
        present::again(key)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = key;
        None
    }
}

/// Lets go of a file and its picture.
pub fn let_go(key: u32) {
    #[cfg(feature = "hydrate")]
    present::let_go(key);
    #[cfg(not(feature = "hydrate"))]
    let _ = key;
}

/// A key that no other file of this page has.
pub fn fresh_key() -> u32 {
    #[cfg(feature = "hydrate")]
    {
        present::fresh_key()
    }
    #[cfg(not(feature = "hydrate"))]
    0
}
