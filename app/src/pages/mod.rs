//! Pages: each owns one route.

use leptos::prelude::*;
use leptos_router::components::Outlet;

/// What all pages of the owner's stand in.
#[component]
pub fn Frame() -> impl IntoView {
    view! { <Outlet /> }
}

/// `/setup`.
#[component]
pub fn SetupPage() -> impl IntoView {
    view! { <main>"Setup"</main> }
}

/// `/login`.
#[component]
pub fn LoginPage() -> impl IntoView {
    view! { <main>"Sign in"</main> }
}

/// `/`.
#[component]
pub fn HomePage() -> impl IntoView {
    view! { <main>"Home"</main> }
}

/// `/servers`.
#[component]
pub fn ServersPage() -> impl IntoView {
    view! { <main>"Servers"</main> }
}

/// `/s/{server}`.
#[component]
pub fn ServerPage() -> impl IntoView {
    view! { <main>"Server"</main> }
}

/// `/s/{server}/{session}`.
#[component]
pub fn SessionPage() -> impl IntoView {
    view! { <main>"Session"</main> }
}

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! { <main>"Settings"</main> }
}

/// Everything else.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <main>"Not found"</main> }
}
