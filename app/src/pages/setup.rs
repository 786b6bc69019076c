//! `/setup`: creates the owner, once. A plain form that works before and without the
//! program; the program fills in the token and shows the rule as one types.

use domain::owner::{PasswordFlaw, password_flaws};
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::browser::field::bind_input;
use crate::browser::page::take_fragment;
use crate::components::{Glyph, Icon, Mark, TextField};
use crate::forms::{SetupField, SetupForm};

/// Below this many characters a password is allowed, but advised against.
const ADVISED_CHARS: usize = 15;

/// `/setup`.
#[component]
pub fn SetupPage() -> impl IntoView {
    let form: SetupForm = use_context().unwrap_or_default();
    view! {
        <Title text="Set up" />
        <main class="alone">
            {if form.done {
                view! { <Done /> }.into_any()
            } else {
                view! { <CreateOwner form /> }.into_any()
            }}
        </main>
    }
    .into_any()
}

#[component]
fn Done() -> impl IntoView {
    view! {
        <div class="form">
            <Mark large=true />
            <div>
                <h1>"Nexus is set up"</h1>
                <p>"There is an owner already, and there is only one."</p>
            </div>
            <a class="button primary" href="/login" rel="external">
                "Go to sign in"
            </a>
        </div>
    }
    .into_any()
}

#[component]
fn CreateOwner(form: SetupForm) -> impl IntoView {
    let why = |field: SetupField| {
        let words: Vec<&str> = form
            .problems
            .iter()
            .filter(|problem| problem.field == field)
            .map(|problem| problem.why.as_str())
            .collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    let token_field = NodeRef::<html::Input>::new();
    let token = ArcRwSignal::new(String::new());
    bind_input(token_field, token.clone());
    Effect::new(move |_| {
        if let Some(found) = take_fragment("setup") {
            token.set(found);
        }
    });
    let password_field = NodeRef::<html::Input>::new();
    let password = ArcRwSignal::new(String::new());
    bind_input(password_field, password.clone());
    view! {
        <form class="form" method="post" action="/setup">
            <Mark large=true />
            <div>
                <h1>"Create the owner"</h1>
                <p>"Nexus has one account: yours. Nobody else can register."</p>
            </div>
            <TextField
                label="User name"
                name="user_name"
                autocomplete="username"
                value=form.user_name.clone()
                required=true
                autofocus=true
                why=why(SetupField::UserName)
            />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="new-password"
                required=true
                why=why(SetupField::Password)
                field=password_field
            />
            <Rule password=password.into() />
            <TextField
                label="Repeat password"
                name="repeat"
                kind="password"
                autocomplete="new-password"
                required=true
                why=why(SetupField::Repeat)
            />
            <TextField
                label="Setup token"
                name="token"
                value=form.token.clone()
                required=true
                why=why(SetupField::Token)
                hint="It stands at the end of the address that Nexus printed when it started, and in the file setup-token of its data directory."
                field=token_field
            />
            <button type="submit" class="button primary">
                "Create owner"
            </button>
        </form>
    }.into_any()
}

/// The rule for passwords, ticked off as one types, and the advice below it.
#[component]
fn Rule(password: Signal<String>) -> impl IntoView {
    let rules = [
        (PasswordFlaw::TooShort, "At least 8 characters"),
        (PasswordFlaw::NoUpper, "An upper-case letter"),
        (PasswordFlaw::NoLower, "A lower-case letter"),
        (PasswordFlaw::NoDigit, "A digit"),
    ];
    let flaws = Memo::new(move |_| password.with(|password| password_flaws(password)));
    let advised = Memo::new(move |_| {
        password.with(|password| {
            let chars = password.chars().count();
            chars > 0 && chars < ADVISED_CHARS
        }) && flaws.with(Vec::is_empty)
    });
    view! {
        <ul class="rules" aria-label="Rule for the password">
            {rules
                .into_iter()
                .map(|(flaw, words)| {
                    let met = Memo::new(move |_| {
                        flaws.with(|flaws| !flaws.contains(&flaw))
                    });
                    view! {
                        <li class:met=move || met.get()>
                            <Glyph icon=Icon::Check />
                            <span>{words}</span>
                            <span class="unseen">
                                {move || if met.get() { "met" } else { "not yet met" }}
                            </span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
        {move || {
            advised
                .get()
                .then(|| {
                    view! {
                        <p class="advice">
                            "This will do. A sentence of 15 characters or more is much harder to guess and easier to remember."
                        </p>
                    }
                })
        }}
    }.into_any()
}
