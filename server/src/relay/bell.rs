//! Tells every open stream that something moved somewhere, without saying what: each looks
//! for itself. Ringing is cheap and many rings before a look are one.

use std::sync::Arc;

use tokio::sync::watch;

/// The bell; cheap to clone.
#[derive(Clone, Debug)]
pub struct Bell(Arc<watch::Sender<u64>>);

impl Default for Bell {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Bell {
    /// Something moved.
    pub fn ring(&self) {
        self.0.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// An ear that hears the next ring.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
