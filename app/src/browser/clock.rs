//! The device's clock and its timers.

use std::time::Duration;

use domain::time::Millis;
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};

/// The device's time. It may be wrong: the server's is told by the stream.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970: positive, and far below 2^53"
)]
pub(crate) fn now() -> Millis {
    Millis(js_sys::Date::now() as u64)
}

/// A timer; dropped, it does not go off.
#[derive(Debug)]
pub(crate) struct Timer(Option<TimeoutHandle>);

impl Timer {
    /// Does `work` in `ms` milliseconds.
    pub(crate) fn after(ms: u64, work: impl FnOnce() + 'static) -> Self {
        Self(set_timeout_with_handle(work, Duration::from_millis(ms)).ok())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            handle.clear();
        }
    }
}
