//! What many devices cost: the built executable beside a plain reverse proxy, both
//! listening to the same fake server at the same time.
//!
//! `NEXUS_BIN` names the executable. Prints tables; fails only when a word is lost or a
//! device that reads nothing is not let go.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench measures real time, prints, and ends when something is not as it should be"
)]

#[path = "../relay/nexus.rs"]
mod nexus;
#[path = "../relay/proxy.rs"]
mod proxy;

mod crowd;
mod fleet;
mod weight;

use std::sync::Arc;
use std::time::Duration;

use fakes::opencode::{DIRECTORY, FakeOpenCode};
use serde_json::json;

use crowd::{Crowd, Words};
use fleet::Fleet;
use nexus::Nexus;
use weight::Weight;

/// The message whose texts grow.
const MESSAGE: &str = "msg_ffffffffffffAAAAAAAAAAAAAA";
/// How many texts grow at once under the heaviest flow: sub-agents side by side.
const TEXTS: usize = 30;
/// How long each flow lasts.
const FLOW: Duration = Duration::from_secs(10);
/// How long a device that reads nothing may stay.
const LET_GO: Duration = Duration::from_secs(11);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let Some(executable) = std::env::var_os("NEXUS_BIN") else {
        println!("NEXUS_BIN must name the built executable: use `cargo xtask bench fanout`.");
        std::process::exit(1);
    };
    let opencode = FakeOpenCode::start().await;
    let session = begin(&opencode);
    let proxy = proxy::start(opencode.url()).await;
    let mut nexus = Fleet::new(Nexus::start(&executable, &opencode.url()).await);

    println!("\n2,000 events/s to 100 devices for 10 s: delay in milliseconds\n");
    let words = Words::new();
    let direct = proxied(&proxy, 1, &words).await;
    let plain = proxied(&proxy, 100, &words).await;
    let ours = followed(&mut nexus, &session, 100, &words).await;
    flow(&opencode, &session, &words, 2_000, TEXTS).await;
    direct.report("one reader, plain proxy").await;
    plain.report("100 readers, plain proxy").await;
    ours.report("100 devices, Nexus").await;
    drop((direct, plain, ours));

    println!("\n60 events/s to 500 devices for 10 s\n");
    let words = Words::new();
    let ours = followed(&mut nexus, &session, 500, &words).await;
    let before = Weight::of(nexus.process());
    flow(&opencode, &session, &words, 60, 1).await;
    ours.report("500 devices, Nexus").await;
    let after = Weight::of(nexus.process());
    let deliveries = words.count() * 500;
    let cpu = after.cpu.saturating_sub(before.cpu).as_secs_f64() * 1_000.0;
    println!(
        "CPU for 10,000 deliveries: {:.1} ms; resident: {:.1} MiB",
        cpu * 10_000.0 / f64::from(u32::try_from(deliveries).unwrap()),
        after.mebibytes()
    );
    drop(ours);

    println!("\n1,000 idle devices\n");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = Weight::of(nexus.process());
    let words = Words::new();
    let idle = followed(&mut nexus, &session, 1_000, &words).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let after = Weight::of(nexus.process());
    println!(
        "over none: {:.1} MiB (aim: at most 64)",
        after.mebibytes() - before.mebibytes()
    );
    drop(idle);

    println!("\nA device that stops reading, beside 50 that read: delay in milliseconds\n");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let words = Words::new();
    let ours = followed(&mut nexus, &session, 50, &words).await;
    flow(&opencode, &session, &words, 600, TEXTS).await;
    ours.report("50 devices, none stalled").await;
    drop(ours);
    let words = Words::new();
    let ours = followed(&mut nexus, &session, 50, &words).await;
    let mut stalled = nexus.stall(&session).await;
    let before = Weight::of(nexus.process());
    flow(&opencode, &session, &words, 600, TEXTS).await;
    let after = Weight::of(nexus.process());
    ours.report("50 devices, one stalled").await;
    println!(
        "resident meanwhile: {:+.1} MiB",
        after.mebibytes() - before.mebibytes()
    );
    // It is filled up by now, and has been for a while.
    flow(&opencode, &session, &words, 600, TEXTS).await;
    tokio::time::sleep(LET_GO).await;
    let rest = stalled.rest().await;
    println!(
        "it was let go, with {} KiB on the way to it (aim: at most 2,048)",
        rest / 1_024
    );
    assert!(rest <= 2 * 1_024 * 1_024, "too much was kept for it");
    nexus.end().await;
}

async fn proxied(proxy: &str, devices: usize, words: &Arc<Words>) -> Crowd {
    let mut crowd = Crowd::new(words);
    let url = format!("{proxy}/global/event");
    for _ in 0..devices {
        crowd.add(reqwest::Client::new().get(&url).send().await.unwrap());
    }
    crowd
}

async fn followed(nexus: &mut Fleet, session: &str, devices: usize, words: &Arc<Words>) -> Crowd {
    nexus.start_over();
    let mut crowd = Crowd::new(words);
    for _ in 0..devices {
        crowd.add(nexus.stream(session).await);
    }
    // The windows are on their way for a moment.
    tokio::time::sleep(Duration::from_secs(1)).await;
    crowd
}

/// Lets `texts` texts grow by `per_second` words in all.
async fn flow(
    opencode: &FakeOpenCode,
    session: &str,
    words: &Words,
    per_second: u32,
    texts: usize,
) {
    /// How often some words are said: a timer is not exact beyond this.
    const TICK: Duration = Duration::from_millis(5);
    let ticks = u32::try_from(FLOW.as_millis() / TICK.as_millis()).unwrap();
    let all = per_second * u32::try_from(FLOW.as_secs()).unwrap();
    let mut beat = tokio::time::interval(TICK);
    let mut said = 0;
    for tick in 1..=ticks {
        beat.tick().await;
        while said < all * tick / ticks {
            let word = words.say();
            let part = part(said as usize % texts);
            opencode.push(json!({
                "type": "message.part.delta", "directory": DIRECTORY,
                "properties": {
                    "sessionID": session, "messageID": MESSAGE, "partID": part,
                    "field": "text", "delta": word,
                },
            }));
            said += 1;
        }
    }
}

fn part(n: usize) -> String {
    format!("prt_ffffffffffffAAAAAAAAAA{n:04}")
}

/// A session with texts that are being written.
fn begin(opencode: &FakeOpenCode) -> String {
    let session = opencode.session(DIRECTORY, "Many answers");
    opencode.push(json!({
        "type": "session.status", "directory": DIRECTORY,
        "properties": { "sessionID": session, "status": { "type": "busy" } },
    }));
    let texts = (0..TEXTS).map(|n| {
        json!({
            "id": part(n), "sessionID": session, "messageID": MESSAGE, "type": "text",
            "text": "", "time": { "start": 1 },
        })
    });
    opencode.message(
        json!({
            "id": MESSAGE, "sessionID": session, "role": "assistant", "parentID": "msg_0",
            "providerID": "p", "modelID": "m", "mode": "build", "agent": "build",
            "path": { "cwd": DIRECTORY, "root": DIRECTORY }, "cost": 0,
            "tokens": { "input": 0, "output": 0, "reasoning": 0, "cache": { "read": 0, "write": 0 } },
            "time": { "created": 1 },
        }),
        texts.collect(),
    );
    session
}
