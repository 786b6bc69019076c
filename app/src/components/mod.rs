//! Building blocks that draw nothing of our domain: plain data and signals in, events out.
//! None of them speaks to the server.

#![expect(
    unreachable_pub,
    reason = "the macro makes a public builder beside each component, also beside private ones"
)]

mod button;
mod chip;
mod copy;
mod dialog;
mod disclosure;
mod each;
mod elapsed;
mod empty;
mod field;
mod growing_text;
mod icon;
mod picker;
mod spinner;

pub use button::{Button, IconButton, Kind};
pub use chip::{Chip, Tone};
pub use copy::CopyButton;
#[cfg(feature = "hydrate")]
pub(crate) use copy::TOLD_MS;
pub use dialog::Dialog;
pub use disclosure::Disclosure;
pub use each::each;
pub use elapsed::{ago, bytes, count, duration, seconds_until};
pub use empty::{Empty, Mark};
pub use field::{TextField, Why};
pub use growing_text::GrowingText;
pub use icon::{Glyph, Icon};
pub(crate) use picker::choices;
pub use picker::{Choice, Choosing, Picker, Stars};
pub use spinner::{Ring, Waiting};
