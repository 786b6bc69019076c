//! How well the connections do: this device's to Nexus, and Nexus's to each server.

use domain::house::Server;
use domain::id::ServerId;
use leptos::prelude::*;

use super::server_record::{follow, round_trip, since};
use super::server_words::link_word;
use crate::browser::later::{Later, later};
use crate::components::{Chip, Waiting, Why, ago, bytes, count, each};
use crate::live::{Live, Quality};

/// How often what is counted here is shown anew, in milliseconds.
const SHOWN_MS: u64 = 1_000;

/// What is behind the status of the connection.
pub(crate) fn quality() -> AnyView {
    let house = Live::here().house();
    let servers = Memo::new(move |_| {
        house.with(|house| house.servers.keys().cloned().collect::<Vec<ServerId>>())
    });
    view! {
        <section class="quality" aria-label="This device">
            <h3>"This device and Nexus"</h3>
            <Device />
        </section>
        {each(
            move || servers.get(),
            Clone::clone,
            |server| view! { <OneServer server /> }.into_any(),
        )}
        <div class="actions">
            <a class="button" href="/servers">
                "Servers"
            </a>
        </div>
    }
    .into_any()
}

#[component]
fn Device() -> impl IntoView {
    let live = Live::here();
    let counted = RwSignal::new(live.quality());
    let trip = live.round_trip();
    let turn = RwSignal::new(0_u32);
    Effect::new(move |_: Option<Later>| {
        turn.track();
        counted.set(live.quality());
        if turn.get_untracked().is_multiple_of(5) {
            live.measure();
        }
        later(SHOWN_MS, move || {
            turn.try_update(|turn| *turn = turn.wrapping_add(1));
        })
    });
    let fact = move |name: &'static str, what: fn(&Quality) -> String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{move || counted.with(what)}</dd>
            </div>
        }
    };
    view! {
        <dl class="facts">
            <div>
                <dt>"Round trip"</dt>
                <dd>
                    {move || {
                        trip.get()
                            .map_or_else(|| "Not yet".to_owned(), |ms| format!("{} ms", ms.max(1)))
                    }}
                </dd>
            </div>
            {fact(
                "Last heard",
                |it| it.heard.map_or_else(|| "Not yet".to_owned(), |at| ago(Live::age(at))),
            )}
            {fact("Reconnects", |it| it.reconnects().to_string())}
            {fact("Received", |it| bytes(it.bytes))}
            {fact(
                "Transport",
                |it| {
                    if it.polls { "Polls" } else { "Event stream" }
                        .to_owned()
                },
            )}
            {fact("Events", |it| count(it.events))}
            {fact("Missed and replayed", |it| count(it.replayed))}
            {fact("Begun anew", |it| it.resets.to_string())}
        </dl>
    }
    .into_any()
}

#[component]
fn OneServer(server: ServerId) -> impl IntoView {
    let house = Live::here().house();
    let of = server.clone();
    let state = Memo::new(move |_| house.with(|house| house.servers.get(&of).cloned()));
    let record = follow(server);
    let name = move || state.with(|it| it.as_ref().map(|it| it.name.clone()));
    view! {
        <section class="quality" aria-label=name>
            {move || state.get().map(|server| view! { <Standing server /> })}
            {move || match record.get() {
                None => view! { <Waiting words="Asking Nexus" /> }.into_any(),
                Some(Err(fault)) => view! { <Why words=fault.to_string() /> }.into_any(),
                Some(Ok(record)) => {
                    let now = Live::here().now();
                    let heard = record.heard;
                    let since = state.with(|it| it.as_ref().and_then(|it| since(&it.link)));
                    let age = move |at: Option<domain::time::Millis>| {
                        at.map_or_else(|| "Not yet".to_owned(), |at| ago(now.get().since(at)))
                    };
                    let (heard_age, since_age) = (age.clone(), age);
                    view! {
                        <dl class="facts">
                            <div>
                                <dt>"Round trip"</dt>
                                <dd>{round_trip(&record)}</dd>
                            </div>
                            <div>
                                <dt>"Last heard"</dt>
                                <dd>{move || heard_age(heard)}</dd>
                            </div>
                            <div>
                                <dt>"Reconnects"</dt>
                                <dd>{record.connects.saturating_sub(1).to_string()}</dd>
                            </div>
                            <div>
                                <dt>"Received"</dt>
                                <dd>{bytes(record.received)}</dd>
                            </div>
                            <div>
                                <dt>"Transport"</dt>
                                <dd>"Event stream"</dd>
                            </div>
                            <div>
                                <dt>"Missed and made up for"</dt>
                                <dd>{count(record.repaired)}</dd>
                            </div>
                            <div>
                                <dt>"Since"</dt>
                                <dd>{move || since_age(since)}</dd>
                            </div>
                        </dl>
                    }
                        .into_any()
                }
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Standing(server: Server) -> impl IntoView {
    let word = link_word(&server.link);
    view! {
        <header>
            <h3 class="grow">{format!("Nexus and {}", server.name)}</h3>
            <Chip tone=word.tone word=word.word running=word.running />
        </header>
    }
    .into_any()
}
