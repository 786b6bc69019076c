//! How the program begins in the browser: it takes over the page that the server drew.

use std::time::Duration;

use domain::sync::PageSnapshot;
use leptos::mount::{hydrate_body, mount_to_renderer};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;
use crate::browser::{boot, staged, window};
use crate::chunk;
use crate::embed::{RARE_ID, SETUP_ID, SIGN_IN_ID, SNAPSHOT_ID};
use crate::forms::{SetupForm, SignInForm};
use crate::live::{Live, Ready, transport};

/// Whether the page is the owner's, and so has a stream; the plain forms have none.
#[derive(Clone, Copy)]
struct Owned;

/// What the page carries for the program: of which of its kinds it is.
enum Carried {
    Page(Box<PageSnapshot>),
    SignIn(SignInForm),
    SetUp(SetupForm),
    Nothing,
}

impl Carried {
    fn read() -> Self {
        if let Some(page) = boot::carried(SNAPSHOT_ID) {
            Carried::Page(Box::new(page))
        } else if let Some(form) = boot::carried(SIGN_IN_ID) {
            Carried::SignIn(form)
        } else if let Some(form) = boot::carried(SETUP_ID) {
            Carried::SetUp(form)
        } else {
            Carried::Nothing
        }
    }

    fn provide(self) {
        match self {
            Carried::Page(page) => {
                provide_context(*page);
                provide_context(Owned);
            }
            Carried::SignIn(form) => provide_context(form),
            Carried::SetUp(form) => provide_context(form),
            Carried::Nothing => {}
        }
    }
}

/// Takes over the page that the server drew, once what it is drawn by is here. Reading what
/// the page carries and taking it over are two tasks of the browser: between them it answers
/// to who scrolls.
pub fn hydrate() {
    let carried = Carried::read();
    set_timeout(move || take_over_when_all_is_here(carried), Duration::ZERO);
}

fn take_over_when_all_is_here(carried: Carried) {
    if boot::carried::<bool>(RARE_ID).is_none() {
        take_over(carried);
        return;
    }
    spawn_local(async {
        if chunk::rare_is_here().await {
            take_over(carried);
        } else if let Carried::Page(page) = carried {
            // Taking over needs all of it. A new drawing says what is missing, and how to get
            // it; the plain forms work as they are.
            window::clear_body();
            draw(*page);
        }
    });
}

fn take_over(carried: Carried) {
    hydrate_body(|| {
        carried.provide();
        view! { <App /> }
    });
    staged::begin();
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

/// The page is drawn: from here on it lives, once all of it is taken over.
pub(crate) fn begin(ready: Ready) {
    let live = use_context::<Owned>().map(|Owned| Live::here());
    staged::finally(move || {
        ready.set();
        if let Some(live) = live {
            transport::start(&live);
        }
        window::tell_what_is_cut();
        window::mark_live();
    });
}
