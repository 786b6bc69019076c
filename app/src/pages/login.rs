//! `/login`: a plain form that works before and without the program.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Glyph, Icon, Mark, TextField};
use crate::forms::{SignInForm, SignInProblem};

/// `/login`.
#[component]
pub fn LoginPage() -> impl IntoView {
    let SignInForm {
        user_name,
        keep,
        next,
        problem,
    } = use_context().unwrap_or_default();
    let wrong = match &problem {
        Some(SignInProblem::Wrong { left }) => Some(wrong_words(*left)),
        Some(SignInProblem::Locked { .. } | SignInProblem::Busy) | None => None,
    };
    let pause = match &problem {
        Some(SignInProblem::Locked { seconds }) => Some(format!(
            "Too many wrong tries from here. Wait {}, or unlock it on the machine where Nexus runs: opencode-nexus owner unlock.",
            minutes(*seconds)
        )),
        Some(SignInProblem::Busy) => {
            Some("Too many people sign in at this moment. Try again in a few seconds.".to_owned())
        }
        Some(SignInProblem::Wrong { .. }) | None => None,
    };
    let begin_with_password = !user_name.is_empty();
    view! {
        <Title text="Sign in" />
        <main class="alone">
            <form class="form" method="post" action="/login">
                <Mark large=true />
                <div>
                    <h1>"Welcome back"</h1>
                    <p>"Sign in to reach your agents."</p>
                </div>
                {pause
                    .map(|words| {
                        view! {
                            <div class="notice tone-need" role="alert">
                                <p>
                                    <Glyph icon=Icon::Alert />
                                    " "
                                    {words}
                                </p>
                            </div>
                        }
                    })}
                <TextField
                    label="User name"
                    name="user_name"
                    autocomplete="username"
                    value=user_name
                    required=true
                    autofocus=!begin_with_password
                />
                <TextField
                    label="Password"
                    name="password"
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    autofocus=begin_with_password
                    why=wrong
                />
                <label class="check">
                    <input type="checkbox" name="keep" value="true" checked=keep />
                    "Keep me signed in"
                </label>
                {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <button type="submit" class="button primary">
                    "Sign in"
                </button>
            </form>
        </main>
    }
    .into_any()
}

/// How long to wait, in words.
fn minutes(seconds: u64) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

/// Whichever of the two was wrong is not told.
fn wrong_words(left: u32) -> String {
    let pause = "a pause of 30 minutes";
    match left {
        0 => format!("User name or password is wrong. Now there is {pause}."),
        1 => format!("User name or password is wrong. One try is left, then there is {pause}."),
        left => {
            format!("User name or password is wrong. {left} tries are left, then there is {pause}.")
        }
    }
}
