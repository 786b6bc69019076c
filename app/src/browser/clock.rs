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

/// The longest that a browser waits, in milliseconds, some 25 days: it counts them in 31
/// bits, and what is longer would be refused.
const LONGEST_MS: u64 = 0x7fff_ffff;

/// A timer; dropped, it does not go off.
#[derive(Debug)]
pub(crate) struct Timer(Option<TimeoutHandle>);

impl Timer {
    /// Does `work` in `ms` milliseconds, at most [`LONGEST_MS`].
    pub(crate) fn after(ms: u64, work: impl FnOnce() + 'static) -> Self {
        let pause = Duration::from_millis(ms.min(LONGEST_MS));
        Self(set_timeout_with_handle(work, pause).ok())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            handle.clear();
        }
    }
}
