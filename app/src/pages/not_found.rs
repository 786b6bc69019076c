//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::Empty;
use crate::views::Head;

/// There is no such thing at this address.
#[component]
pub(crate) fn NothingHere(
    /// What there is not: "page", "session".
    what: &'static str,
) -> impl IntoView {
    let title = format!("There is no such {what}");
    view! {
        <Title text="Not found" />
        <Head title="Not found" />
        <div class="scroller">
            <div class="sheet-page">
                <Empty title words="The address may be old, or mistyped.">
                    <a class="button" href="/">
                        "Overview"
                    </a>
                </Empty>
            </div>
        </div>
    }
    .into_any()
}
