//! Asks for the owner's password where a command needs it, and gives the command again.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::page::focus;
use crate::components::{Button, Dialog, Kind, Ring, TextField, Why, duration};
use crate::fault::Fault;
use crate::live::Live;

/// The id of the field for the password.
const PASSWORD: &str = "step-up-password";

/// The dialog that asks, and what is done once it was answered.
#[derive(Clone, Copy)]
pub(super) struct StepUp {
    open: RwSignal<bool>,
    again: StoredValue<Option<Callback<()>>>,
}

impl StepUp {
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            again: StoredValue::new(None),
        }
    }

    /// Asks for the password, then does `again`.
    pub(super) fn ask(self, again: Callback<()>) {
        self.again.set_value(Some(again));
        self.open.set(true);
    }
}

/// The dialog.
#[component]
pub(super) fn StepUpDialog(step: StepUp) -> impl IntoView {
    view! {
        <Dialog open=step.open title="Enter your password">
            <Form step />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(step: StepUp) -> impl IntoView {
    let owner = Live::here().owner();
    let field = NodeRef::<html::Input>::new();
    let doing = RwSignal::new(false);
    let wrong = RwSignal::new(None::<String>);
    let fault = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let password = field.get_untracked().map(|field| field.value());
        let password = password.unwrap_or_default();
        wrong.set(None);
        fault.set(None);
        if password.is_empty() {
            wrong.set(Some("Enter your password.".to_owned()));
            focus(PASSWORD);
            return;
        }
        doing.set(true);
        spawn_local(async move {
            let answer = Live::prove(password).await;
            // The dialog may have been closed meanwhile.
            if doing.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    let again = step.again.get_value();
                    step.open.set(false);
                    if let Some(again) = again {
                        again.run(());
                    }
                }
                Err(Fault::Invalid { why, .. }) => {
                    wrong.set(Some(why));
                    focus(PASSWORD);
                }
                Err(Fault::TooMany { seconds }) => {
                    let left = duration(u64::from(seconds) * 1_000);
                    fault.set(Some(format!(
                        "Too many wrong passwords. Try again in {left}."
                    )));
                }
                Err(other) => fault.set(Some(other.to_string())),
            }
        });
    };
    Effect::new(move |_| {
        spawn_local(async {
            leptos::task::tick().await;
            focus(PASSWORD);
        });
    });
    view! {
        <form class="ask" on:submit=submit>
            <p class="muted">
                "Changing servers needs your Nexus password, once in ten minutes."
            </p>
            // Password managers look for it.
            <input class="unseen" type="text" name="username" autocomplete="username" value=owner readonly tabindex="-1" aria-hidden="true" />
            <TextField
                label="Your password"
                name=PASSWORD
                kind="password"
                autocomplete="current-password"
                why=Signal::derive(move || wrong.get())
                field
            />
            {move || fault.get().map(|words| view! { <Why words /> })}
            <div class="actions">
                <Button kind=Kind::Quiet on:click=move |_| step.open.set(false)>
                    "Cancel"
                </Button>
                <button type="submit" class="button primary" disabled=move || doing.get()>
                    {move || doing.get().then(|| view! { <Ring /> })}
                    "Go on"
                </button>
            </div>
        </form>
    }
    .into_any()
}
