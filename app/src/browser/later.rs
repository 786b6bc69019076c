//! Things that are done after a while, and words that are kept on the device, for the
//! pages: on the server nobody waits and nothing is kept.

use leptos::prelude::RwSignal;

/// Work that is done later, unless this is dropped before.
#[derive(Debug)]
pub struct Later {
    #[cfg(feature = "hydrate")]
    _timer: super::clock::Timer,
}

/// Does `work` in `ms` milliseconds.
pub fn later(ms: u64, work: impl FnOnce() + 'static) -> Later {
    #[cfg(not(feature = "hydrate"))]
    let _ = (ms, work);
    Later {
        #[cfg(feature = "hydrate")]
        _timer: super::clock::Timer::after(ms, work),
    }
}

/// Keeps `words` on the device under `place`. What was kept comes back once the page is
/// drawn; to be called where the words are edited.
pub fn keep(place: &'static str, words: RwSignal<String>) {
    #[cfg(feature = "hydrate")]
    {
        use super::store::{self, Keep};
        use leptos::prelude::{Effect, Get, Set};

        Effect::new(move |begun: Option<()>| {
            let now = words.get();
            if begun.is_some() {
                store::put(Keep::Device, place, &now);
            } else if let Some(kept) = store::get(Keep::Device, place) {
                words.set(kept);
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (place, words);
}
