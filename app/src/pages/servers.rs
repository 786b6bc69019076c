//! `/servers`: every server, how it stands, what can be done.

use domain::id::ServerId;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::Empty;
use crate::live::Live;
use crate::views::{Head, ServerCard};

/// `/servers`.
#[component]
pub fn ServersPage() -> impl IntoView {
    let house = Live::here().house();
    let servers = Memo::new(move |_| {
        house.with(|house| house.servers.keys().cloned().collect::<Vec<ServerId>>())
    });
    view! {
        <Title text="Servers" />
        <Head title="Servers" />
        <div class="scroller" tabindex="0" role="region" aria-label="Servers">
            <div class="sheet-page">
                {move || {
                    servers
                        .with(Vec::is_empty)
                        .then(|| {
                            view! {
                                <Empty
                                    title="No server yet"
                                    words="Nexus finds an OpenCode server on this machine by itself when it starts, or starts one where opencode is installed. To use another, start Nexus with --opencode and its address."
                                />
                            }
                        })
                }}
                <For
                    each=move || servers.get()
                    key=Clone::clone
                    children=|server| view! { <ServerCard server /> }
                />
            </div>
        </div>
    }.into_any()
}
