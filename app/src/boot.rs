//! How the program begins in the browser: it takes over the page that the server drew.

use domain::sync::PageSnapshot;
use leptos::mount::hydrate_body;
use leptos::prelude::*;

use crate::app::App;
use crate::browser::{boot, window};
use crate::embed::{SETUP_ID, SIGN_IN_ID, SNAPSHOT_ID};
use crate::forms::{SetupForm, SignInForm};
use crate::live::{Live, transport};

/// Whether the page is the owner's, and so has a stream; the plain forms have none.
#[derive(Clone, Copy)]
struct Owned;

/// Takes over the page that the server drew.
pub fn hydrate() {
    hydrate_body(|| {
        if let Some(page) = boot::carried::<PageSnapshot>(SNAPSHOT_ID) {
            provide_context(page);
            provide_context(Owned);
        } else if let Some(form) = boot::carried::<SignInForm>(SIGN_IN_ID) {
            provide_context(form);
        } else if let Some(form) = boot::carried::<SetupForm>(SETUP_ID) {
            provide_context(form);
        }
        view! { <App /> }
    });
}

/// The page is drawn: from here on it lives.
pub(crate) fn begin() {
    if use_context::<Owned>().is_some() {
        transport::start(&Live::here());
    }
    window::mark_live();
}
