//! `/servers`: every server, how it stands, what can be done.

use domain::id::ServerId;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Empty, each};
use crate::live::Live;
use crate::views::{AddServer, Head, ServerCard, ServerDialogs, ServerDialogsView};

/// `/servers`.
#[component]
pub fn ServersPage() -> impl IntoView {
    let house = Live::here().house();
    let servers = Memo::new(move |_| {
        house.with(|house| house.servers.keys().cloned().collect::<Vec<ServerId>>())
    });
    let dialogs = ServerDialogs::provide();
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
                                    words="Add the address of an OpenCode that runs (opencode serve). One on this machine is found by itself when Nexus starts, and started where opencode is installed."
                                />
                            }
                        })
                }}
                <div class="actions">
                    <AddServer dialogs />
                </div>
                {each(
                    move || servers.get(),
                    Clone::clone,
                    |server| view! { <ServerCard server /> }.into_any(),
                )}
            </div>
        </div>
        <ServerDialogsView dialogs />
    }.into_any()
}
