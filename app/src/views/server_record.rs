//! How a connection has been: round trips, and what happened, the newest first.

use domain::connection::{Came, Check, Noted, Record};
use domain::house::ServerLink;
use domain::id::ServerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::server_words::happening_words;
use crate::browser::later::{Later, later};
use crate::components::{Button, Disclosure, Glyph, Icon, Waiting, Why, ago};
use crate::fault::Fault;
use crate::live::Live;

/// How often what is shown is read again, in milliseconds.
const READ_MS: u64 = 5_000;
/// How many checks are drawn: as many as bars can be told apart on a phone.
const BARS: usize = 40;
/// How many things that happened are shown at first.
const NOTED_SHOWN: usize = 8;

/// Reads a record again and again while somebody looks at it; `took` hears how long the
/// answer took.
pub(super) fn follow(server: ServerId) -> RwSignal<Option<Result<Record, Fault>>> {
    let record = RwSignal::new(None);
    let turn = RwSignal::new(0_u32);
    let house = Live::here().house();
    let of = server.clone();
    let link = Memo::new(move |_| {
        house.with(|house| house.servers.get(&of).map(|server| server.link.clone()))
    });
    Effect::new(move |_: Option<Later>| {
        // At once where we stand otherwise with the server than before.
        link.track();
        turn.track();
        let server = server.clone();
        spawn_local(async move {
            let answer = Live::server_record(server).await;
            let shown = record.try_with_untracked(|shown| shown.as_ref() == Some(&answer));
            if shown == Some(false) {
                record.try_set(Some(answer));
            }
        });
        later(READ_MS, move || {
            turn.try_update(|turn| *turn = turn.wrapping_add(1));
        })
    });
    record
}

/// How a connection has been, behind a line that opens.
#[component]
pub(super) fn ServerRecord(server: ServerId) -> impl IntoView {
    let summary = view! {
        <Glyph icon=Icon::Right class="turns" />
        "Health and history"
    }
    .into_any();
    view! {
        <Disclosure class="record" summary summary_class="line">
            <Read server=server.clone() />
        </Disclosure>
    }
    .into_any()
}

#[component]
fn Read(server: ServerId) -> impl IntoView {
    let record = follow(server.clone());
    let house = Live::here().house();
    let address = Memo::new(move |_| {
        house.with(|house| {
            let server = house.servers.get(&server);
            server.map(|it| it.address.clone()).unwrap_or_default()
        })
    });
    let all = RwSignal::new(false);
    (move || match record.get() {
        None => view! { <Waiting words="Reading the history" /> }.into_any(),
        Some(Err(fault)) => view! { <Why words=fault.to_string() /> }.into_any(),
        Some(Ok(record)) => view! {
            <Facts record=record.clone() />
            <Checks checks=record.checks.clone() />
            <Happened noted=record.noted address=address.get() all />
        }
        .into_any(),
    })
    .into_any()
}

#[component]
fn Facts(record: Record) -> impl IntoView {
    let now = Live::here().now();
    let heard = record.heard;
    let trip = round_trip(&record);
    let answered = record.answered_percent().map(|percent| {
        let all = record.checks.len();
        format!("{percent} % of {all}")
    });
    view! {
        <dl class="facts">
            <div>
                <dt>"Round trip"</dt>
                <dd>{trip}</dd>
            </div>
            <div>
                <dt>"Checks answered"</dt>
                <dd>{answered.unwrap_or_else(|| "None yet".to_owned())}</dd>
            </div>
            <div>
                <dt>"Last heard"</dt>
                <dd>
                    {move || heard.map_or_else(|| "Not yet".to_owned(), |at| ago(now.get().since(at)))}
                </dd>
            </div>
            <div>
                <dt>"Reconnects"</dt>
                <dd>{record.connects.saturating_sub(1).to_string()}</dd>
            </div>
        </dl>
    }
    .into_any()
}

/// The last round trip in words.
pub(super) fn round_trip(record: &Record) -> String {
    match (record.round_trip_ms(), record.checks.is_empty()) {
        (Some(ms), _) => format!("{} ms", ms.max(1)),
        (None, true) => "Not yet".to_owned(),
        (None, false) => "No answer".to_owned(),
    }
}

/// The last checks as bars, the newest at the right: how long each answer took, and where
/// there was none.
#[component]
fn Checks(checks: Vec<Check>) -> impl IntoView {
    if checks.is_empty() {
        return ().into_any();
    }
    let shown: Vec<&Check> = checks.iter().take(BARS).collect();
    let words = bars_words(&shown);
    let longest = shown.iter().filter_map(|check| trip_of(check)).max();
    let bars = shown.iter().rev().enumerate().map(|(at, check)| {
        let (class, height) = match trip_of(check) {
            Some(trip) => ("answered", height_of(trip, longest.unwrap_or(1))),
            None => ("failed", HIGH),
        };
        view! {
            <rect
                class=class
                x=(at * 8).to_string()
                y=(HIGH - height).to_string()
                width="6"
                height=height.to_string()
                rx="1.5"
            />
        }
    });
    let wide = shown.len() * 8;
    view! {
        <figure class="checks">
            <svg
                role="img"
                aria-label=words.clone()
                viewBox=format!("0 0 {} {HIGH}", BARS * 8)
                preserveAspectRatio="xMinYMid meet"
                data-wide=wide.to_string()
            >
                {bars.collect_view()}
            </svg>
            <figcaption class="muted small">{words}</figcaption>
        </figure>
    }
    .into_any()
}

/// How high the bars may be.
const HIGH: u32 = 36;

fn trip_of(check: &Check) -> Option<u32> {
    match check.came {
        Came::Answer { round_trip_ms } => Some(round_trip_ms.max(1)),
        Came::Fault(_) => None,
    }
}

/// A bar can be seen however short the trip was.
fn height_of(trip: u32, longest: u32) -> u32 {
    /// The least.
    const LOW: u32 = 4;
    let scaled = u64::from(trip) * u64::from(HIGH) / u64::from(longest.max(1));
    u32::try_from(scaled).unwrap_or(HIGH).clamp(LOW, HIGH)
}

fn bars_words(shown: &[&Check]) -> String {
    let trips: Vec<u32> = shown.iter().filter_map(|check| trip_of(check)).collect();
    let failed = shown.len() - trips.len();
    let checks = match shown.len() {
        1 => "The last check".to_owned(),
        n => format!("The last {n} checks"),
    };
    let answered = match (trips.iter().min(), trips.iter().max()) {
        (Some(least), Some(most)) if least == most => format!("answered in {least} ms"),
        (Some(least), Some(most)) => format!("answered in {least} to {most} ms"),
        _ => return format!("{checks}: no answer."),
    };
    match failed {
        0 => format!("{checks}: {answered}."),
        failed => format!("{checks}: {answered}, {failed} without an answer."),
    }
}

/// What happened to a connection.
#[component]
fn Happened(noted: Vec<Noted>, address: String, all: RwSignal<bool>) -> impl IntoView {
    let now = Live::here().now();
    if noted.is_empty() {
        return view! { <p class="muted small">"Nothing has happened yet."</p> }.into_any();
    }
    let left = noted.len().saturating_sub(NOTED_SHOWN);
    let line = move |noted: &Noted| {
        let (tone, word, more) = happening_words(&address, &noted.what);
        let (now, at) = (now.clone(), noted.at);
        view! {
            <li>
                <span class=format!("state {}", tone.class())>
                    <span class="dot"></span>
                    {word}
                </span>
                <span class="grow">{more}</span>
                <span class="muted small">{move || ago(now.get().since(at))}</span>
            </li>
        }
    };
    view! {
        <ol class="happened" aria-label="What happened">
            {move || {
                let shown = if all.get() { noted.len() } else { NOTED_SHOWN };
                noted.iter().take(shown).map(&line).collect_view()
            }}
        </ol>
        {move || {
            (left > 0 && !all.get())
                .then(|| {
                    view! {
                        <div>
                            <Button on:click=move |_| all.set(true)>
                                {format!("Show {left} more")}
                            </Button>
                        </div>
                    }
                })
        }}
    }
    .into_any()
}

/// Since when we stand so with a server.
pub(super) fn since(link: &ServerLink) -> Option<domain::time::Millis> {
    match link {
        ServerLink::Disconnected => None,
        ServerLink::Connecting { since }
        | ServerLink::Connected { since }
        | ServerLink::Error { since, .. } => Some(*since),
    }
}

#[cfg(test)]
mod tests {
    use domain::house::ServerFault;
    use domain::time::Millis;

    use super::*;

    fn check(came: Came) -> Check {
        Check {
            at: Millis(1),
            came,
        }
    }

    #[test]
    fn the_bars_are_told_in_words_too() {
        let answer = |round_trip_ms| check(Came::Answer { round_trip_ms });
        let fault = check(Came::Fault(ServerFault::TimedOut));
        let (two, nine) = (answer(2), answer(9));
        for (shown, words) in [
            (vec![&two], "The last check: answered in 2 ms."),
            (
                vec![&two, &nine, &two],
                "The last 3 checks: answered in 2 to 9 ms.",
            ),
            (
                vec![&fault, &nine],
                "The last 2 checks: answered in 9 ms, 1 without an answer.",
            ),
            (vec![&fault], "The last check: no answer."),
        ] {
            assert_eq!(bars_words(&shown), words);
        }
    }

    #[test]
    fn a_bar_is_seen_however_short_the_trip_was() {
        assert_eq!(height_of(1, 1_000), 4);
        assert_eq!(height_of(1_000, 1_000), HIGH);
        assert_eq!(height_of(500, 1_000), HIGH / 2);
    }
}
