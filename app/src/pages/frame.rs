//! What all pages of the owner's stand in.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::views;

/// The frame of every page behind the door.
#[component]
pub fn Frame() -> impl IntoView {
    view! {
        <views::Frame>
            <Outlet />
        </views::Frame>
    }
    .into_any()
}
