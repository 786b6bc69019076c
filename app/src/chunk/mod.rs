//! The parts of the program that come when they are first needed, so that a first visit is
//! short: [`Rare`], what is opened by a tap or has a page of its own, and the reader of what
//! agents say.
//!
//! The build cuts the program at the functions that `load` marks. On the server, and in a
//! program that was not cut, all of it is there.

#[cfg(feature = "hydrate")]
mod load;
mod rare;

use leptos::prelude::*;

pub(crate) use rare::Rare;

use crate::views::Words;

#[cfg(feature = "hydrate")]
pub(crate) use load::rare_is_here;

/// Whether the server drew something rare into a page, which can be taken over only when its
/// chunk is there.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Drew(std::sync::Arc<std::sync::atomic::AtomicBool>);

#[cfg(feature = "ssr")]
impl Drew {
    /// Whether it did, up to this place of the page.
    pub(crate) fn any(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// Draws something rare: at once where its chunk is here, else when it has come.
pub(crate) fn rare(what: Rare) -> AnyView {
    shown(what, None)
}

/// Draws a page that is rare. Until its chunk is here it has this title and a head.
pub(crate) fn page(title: &'static str, what: Rare) -> AnyView {
    shown(what, Some(title))
}

/// Draws words with their marks made out; while their reader is on its way, `instead`, which
/// is told whether it failed to come. Follows the reader.
pub(crate) fn read(words: Words, instead: impl FnOnce(bool) -> AnyView) -> AnyView {
    #[cfg(feature = "hydrate")]
    {
        let state = load::fetch(&load::READER).get();
        match load::READER.with(load::Chunk::draw) {
            Some(draw) => draw(words),
            None => instead(state == load::State::Failed),
        }
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = instead;
        crate::views::formatted(words)
    }
}

/// There will be words to read: their reader may begin to come.
pub(crate) fn expect_words() {
    #[cfg(feature = "hydrate")]
    load::fetch(&load::READER);
}

/// An agent is at work, which may ask or fail: what is rare may begin to come.
pub(crate) fn expect_work() {
    #[cfg(feature = "hydrate")]
    load::fetch(&load::RARE);
}

/// The network is back: what could not be had is fetched once more.
#[cfg(feature = "hydrate")]
pub(crate) fn try_again() {
    load::again_if_failed(&load::RARE);
    load::again_if_failed(&load::READER);
}

/// What to say where the reader could not be had, and the way to try again.
pub(crate) fn no_reader() -> AnyView {
    #[cfg(feature = "hydrate")]
    {
        missing(|| load::again(&load::READER))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        ().into_any()
    }
}

#[cfg(not(feature = "hydrate"))]
fn shown(what: Rare, _title: Option<&'static str>) -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(drew) = use_context::<Drew>() {
        drew.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
    rare::draw(what)
}

#[cfg(feature = "hydrate")]
fn shown(what: Rare, title: Option<&'static str>) -> AnyView {
    if let Some(draw) = load::RARE.with(load::Chunk::draw) {
        return draw(what);
    }
    let state = load::fetch(&load::RARE);
    (move || {
        let failed = state.get() == load::State::Failed;
        if let Some(draw) = load::RARE.with(load::Chunk::draw) {
            return draw(what.clone());
        }
        let state = if failed {
            missing(|| load::again(&load::RARE))
        } else {
            view! { <crate::components::Waiting words="Loading" /> }.into_any()
        };
        match title {
            None => state,
            Some(title) => view! {
                <crate::views::Head title />
                <div class="scroller">
                    <div class="sheet-page">{state}</div>
                </div>
            }
            .into_any(),
        }
    })
    .into_any()
}

/// Says that a part of the program could not be had.
#[cfg(feature = "hydrate")]
fn missing(again: fn()) -> AnyView {
    view! {
        <div class="missing">
            <crate::components::Why words="A part of Nexus could not be loaded. Check the connection; if Nexus was updated meanwhile, reload the page." />
            <button type="button" class="button" on:click=move |_| again()>
                "Try again"
            </button>
            <button type="button" class="button quiet" on:click=move |_| crate::browser::window::reload()>
                "Reload"
            </button>
        </div>
    }
    .into_any()
}
