//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::Empty;
use crate::views::Head;

/// An address that leads nowhere; in a debug build also the gallery, which has no route.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(debug_assertions)]
    if leptos_router::hooks::use_location()
        .pathname
        .with_untracked(|path| path == crate::gallery::PATH)
    {
        return view! { <crate::gallery::GalleryPage /> }.into_any();
    }
    view! { <NothingHere what="page" /> }.into_any()
}

/// There is no such thing at this address.
#[component]
pub(super) fn NothingHere(
    /// What there is not: "page", "session".
    what: &'static str,
) -> impl IntoView {
    let title = format!("There is no such {what}");
    view! {
        <Title text="Not found" />
        <Head title="Not found" />
        <div class="scroller">
            <Empty title words="The address may be old, or mistyped.">
                <a class="button" href="/">
                    "Overview"
                </a>
            </Empty>
        </div>
    }
    .into_any()
}
