//! How the program begins in the browser: it takes over the page that the server drew.

use domain::sync::PageSnapshot;
use leptos::mount::{hydrate_body, mount_to_renderer};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;
use crate::browser::{boot, window};
use crate::chunk;
use crate::embed::{RARE_ID, SETUP_ID, SIGN_IN_ID, SNAPSHOT_ID};
use crate::forms::{SetupForm, SignInForm};
use crate::live::{Live, transport};

/// Whether the page is the owner's, and so has a stream; the plain forms have none.
#[derive(Clone, Copy)]
struct Owned;

/// Takes over the page that the server drew, once what it is drawn by is here.
pub fn hydrate() {
    if boot::carried::<bool>(RARE_ID).is_none() {
        take_over();
        return;
    }
    spawn_local(async {
        if chunk::rare_is_here().await {
            take_over();
        } else if let Some(page) = boot::carried::<PageSnapshot>(SNAPSHOT_ID) {
            // Taking over needs all of it. A new drawing says what is missing, and how to get
            // it; the plain forms work as they are.
            window::clear_body();
            draw(page);
        }
    });
}

fn take_over() {
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

/// Draws the page anew where it could not be taken over.
fn draw(page: PageSnapshot) {
    let Some(body) = window::body() else {
        return;
    };
    // The other way to mount complains, in debug builds, of a feature that hydration has
    // no use for.
    mount_to_renderer(&body, move || {
        provide_context(Owned);
        provide_context(page);
        view! { <App /> }
    })
    .forget();
}

/// The page is drawn: from here on it lives.
pub(crate) fn begin() {
    if use_context::<Owned>().is_some() {
        transport::start(&Live::here());
    }
    window::tell_what_is_cut();
    window::mark_live();
}
