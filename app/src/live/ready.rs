//! Whether the program is at work: controls that need it are drawn disabled until then.

#[cfg(feature = "hydrate")]
use leptos::prelude::Set;
use leptos::prelude::{ArcReadSignal, ArcRwSignal, provide_context, use_context};

/// Whether the program is at work; false on the server and in the first drawing.
#[derive(Clone, Debug)]
pub struct Ready(ArcRwSignal<bool>);

impl Ready {
    pub(crate) fn provide() -> Self {
        let ready = Self(ArcRwSignal::new(false));
        provide_context(ready.clone());
        ready
    }

    /// Whether the program is at work.
    pub fn here() -> ArcReadSignal<bool> {
        use_context::<Ready>()
            .unwrap_or_else(|| Self(ArcRwSignal::new(false)))
            .0
            .read_only()
    }

    /// It is.
    #[cfg(feature = "hydrate")]
    pub(crate) fn set(&self) {
        self.0.set(true);
    }
}
