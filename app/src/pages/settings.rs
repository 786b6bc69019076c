//! `/settings`: how it looks, who is signed in.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::browser::theme::{Theme, choose, chosen};
use crate::live::{Live, Ready};
use crate::views::{Head, SignOut};

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let live = Live::here();
    view! {
        <Title text="Settings" />
        <Head title="Settings" />
        <div class="scroller" tabindex="0" role="region" aria-label="Settings">
            <div class="sheet-page">
                <section aria-label="Appearance">
                    <Appearance />
                </section>
                <section aria-label="Account">
                    <h2>"Account"</h2>
                    <div class="setting">
                        <p class="clip">"Signed in as " <b>{live.owner()}</b></p>
                        <SignOut />
                    </div>
                </section>
                <section aria-label="About">
                    <h2>"About"</h2>
                    <p class="muted">
                        "OpenCode Nexus, build " <span class="mono">{live.build()}</span>
                    </p>
                </section>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Appearance() -> impl IntoView {
    let ready = Ready::here();
    let theme = RwSignal::new(Theme::System);
    // What this device keeps is known only in the browser.
    Effect::new(move |_| theme.set(chosen()));
    view! {
        <fieldset class="schemes" disabled=move || !ready.get()>
            <legend>"Appearance"</legend>
            {[
                (Theme::System, "As the system"),
                (Theme::Light, "Light"),
                (Theme::Dark, "Dark"),
            ]
                .into_iter()
                .map(|(this, word)| {
                    view! {
                        <label>
                            <input
                                type="radio"
                                name="theme"
                                prop:checked=move || theme.get() == this
                                on:change=move |_| {
                                    choose(this);
                                    theme.set(this);
                                }
                            />
                            {word}
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
    .into_any()
}
