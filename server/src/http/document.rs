//! The document every page is drawn in.

use app::forms::{SetupForm, SignInForm};
use leptos::prelude::*;

/// Draws whatever the present context holds.
pub(super) fn document() -> impl IntoView {
    let sign_in = use_context::<SignInForm>().map(|form| format!("{form:?}"));
    let setup = use_context::<SetupForm>().map(|form| format!("{form:?}"));
    view! { <pre>{sign_in}{setup}</pre> }
}
