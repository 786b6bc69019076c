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

/// What the page carries for the program: of which of its kinds it is. The owner's pages
/// carry a snapshot, of which the state that they are drawn from is made.
enum Carried<P> {
    Page(P),
    SignIn(SignInForm),
    SetUp(SetupForm),
    Nothing,
}

impl Carried<Box<PageSnapshot>> {
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

    fn prepare(self) -> Carried<Live> {
        match self {
            Carried::Page(page) => Carried::Page(Live::of(&page)),
            Carried::SignIn(form) => Carried::SignIn(form),
            Carried::SetUp(form) => Carried::SetUp(form),
            Carried::Nothing => Carried::Nothing,
        }
    }
}

impl Carried<Live> {
    fn provide(self) {
        match self {
            Carried::Page(live) => {
                provide_context(live);
                provide_context(Owned);
            }
            Carried::SignIn(form) => provide_context(form),
            Carried::SetUp(form) => provide_context(form),
            Carried::Nothing => {}
        }
    }
}

/// Takes over the page that the server drew, once what it is drawn by is here. Reading what
/// the page carries, making the state of it, and taking the page over are tasks of the
/// browser of their own: between them it answers to who scrolls.
pub fn hydrate() {
    let carried = Carried::read();
    let prepare = move || {
        let carried = carried.prepare();
        set_timeout(move || take_over_when_all_is_here(carried), Duration::ZERO);
    };
    set_timeout(prepare, Duration::ZERO);
}

fn take_over_when_all_is_here(carried: Carried<Live>) {
    if boot::carried::<bool>(RARE_ID).is_none() {
        take_over(carried);
        return;
    }
    spawn_local(async {
        if chunk::rare_is_here().await {
            take_over(carried);
        } else if let Carried::Page(live) = carried {
            // Taking over needs all of it. A new drawing says what is missing, and how to get
            // it; the plain forms work as they are.
            window::clear_body();
            draw(live);
        }
    });
}

fn take_over(carried: Carried<Live>) {
    hydrate_body(|| {
        carried.provide();
        view! { <App /> }
    });
    staged::begin();
}

/// Draws the page anew where it could not be taken over.
fn draw(live: Live) {
    let Some(body) = window::body() else {
        return;
    };
    // The other way to mount complains, in debug builds, of a feature that hydration has
    // no use for.
    mount_to_renderer(&body, move || {
        provide_context(Owned);
        provide_context(live);
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
