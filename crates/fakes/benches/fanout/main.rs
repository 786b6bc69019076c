//! What many devices cost: the built executable beside a plain reverse proxy, both
//! listening to the same fake server at the same time.
//!
//! `NEXUS_BIN` names the executable; nginx is measured too where there is one. Prints
//! tables; fails only when a word is lost or a device that reads nothing is not let go.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench measures real time, prints, and ends when something is not as it should be"
)]

#[path = "../setting/mod.rs"]
mod setting;

mod crowd;
mod fleet;
mod nginx;
mod weight;

use std::sync::Arc;
use std::time::Duration;

use fakes::opencode::{DIRECTORY, FakeOpenCode};

use crowd::{Crowd, Words};
use fleet::Fleet;
use nginx::Nginx;
use setting::nexus::Nexus;
use setting::{begin, executable, grow, proxy};
use weight::Weight;

/// How many texts grow at once under the heaviest flow: sub-agents side by side.
const TEXTS: usize = 30;
/// How many devices follow one that writes as fast as a person reads.
const DEVICES: usize = 500;
/// How long each flow lasts.
const FLOW: Duration = Duration::from_secs(10);
/// How long a device that reads nothing may stay.
const LET_GO: Duration = Duration::from_secs(11);

/// What can be measured: all of it, or what is named in the arguments.
const PARTS: [&str; 4] = ["burst", "crowd", "idle", "stalled"];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let executable = executable();
    let named: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: &str| {
        let mut parts = named.iter().filter(|it| PARTS.contains(&it.as_str()));
        parts.clone().next().is_none() || parts.any(|it| it == part)
    };
    let opencode = FakeOpenCode::start().await;
    let session = opencode.session(DIRECTORY, "Many answers");
    let mut nexus = Fleet::new(Nexus::start(&executable, &opencode.url()).await).await;
    begin(&opencode, &session, TEXTS);
    let fresh = Weight::of(nexus.process());
    println!("\nNexus with nobody: resident {:.1} MiB", fresh.mebibytes());
    if wanted("burst") {
        burst(&opencode, &session, &mut nexus).await;
    }
    if wanted("crowd") {
        crowd(&opencode, &session, &mut nexus).await;
    }
    if wanted("idle") {
        idle(&session, &mut nexus).await;
    }
    if wanted("stalled") {
        stalled(&opencode, &session, &mut nexus).await;
    }
    nexus.end().await;
}

async fn burst(opencode: &FakeOpenCode, session: &str, nexus: &mut Fleet) {
    println!("\n2,000 events/s to 100 devices for 10 s: delay in milliseconds\n");
    let proxy = proxy::start(opencode.url()).await;
    // One after the other: both at once on two cores would measure the fight for them.
    let words = Words::new();
    let plain = proxied(&proxy, 100, &words).await;
    flow(opencode, session, &words, 2_000, TEXTS).await;
    plain.report("100 readers, plain proxy").await;
    drop(plain);
    let words = Words::new();
    let direct = proxied(&proxy, 1, &words).await;
    let ours = followed(nexus, session, 100, &words).await;
    let before = Weight::of(nexus.process());
    flow(opencode, session, &words, 2_000, TEXTS).await;
    direct.report("one reader, plain proxy").await;
    ours.report("100 devices, Nexus").await;
    let after = Weight::of(nexus.process());
    say_weight("Nexus", &before, &after, words.count() * 100);
}

async fn crowd(opencode: &FakeOpenCode, session: &str, nexus: &mut Fleet) {
    println!("\n60 events/s to 500 devices for 10 s: delay in milliseconds\n");
    let words = Words::new();
    let ours = followed(nexus, session, DEVICES, &words).await;
    let before = Weight::of(nexus.process());
    flow(opencode, session, &words, 60, 1).await;
    ours.report("500 devices, Nexus").await;
    let after = Weight::of(nexus.process());
    say_weight("Nexus", &before, &after, words.count() * DEVICES);
    drop(ours);
    match Nginx::start(&opencode.url()).await {
        None => println!("nginx is not on this machine: nothing to compare with"),
        Some(nginx) => {
            let words = Words::new();
            let plain = proxied(&nginx.address, DEVICES, &words).await;
            let before = nginx.weight();
            flow(opencode, session, &words, 60, 1).await;
            plain.report("500 readers, nginx").await;
            say_weight("nginx", &before, &nginx.weight(), words.count() * DEVICES);
        }
    }
}

async fn idle(session: &str, nexus: &mut Fleet) {
    println!("\n1,000 idle devices\n");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = Weight::of(nexus.process());
    let words = Words::new();
    let idle = followed(nexus, session, 1_000, &words).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let after = Weight::of(nexus.process());
    println!(
        "over none: {:.1} MiB (aim: at most 64)",
        after.mebibytes() - before.mebibytes()
    );
    drop(idle);
}

async fn stalled(opencode: &FakeOpenCode, session: &str, nexus: &mut Fleet) {
    println!("\nA device that stops reading, beside 50 that read: delay in milliseconds\n");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let words = Words::new();
    let ours = followed(nexus, session, 50, &words).await;
    flow(opencode, session, &words, 600, TEXTS).await;
    ours.report("50 devices, none stalled").await;
    drop(ours);
    let words = Words::new();
    let ours = followed(nexus, session, 50, &words).await;
    let mut stalled = nexus.stall(session).await;
    let before = Weight::of(nexus.process());
    flow(opencode, session, &words, 600, TEXTS).await;
    let after = Weight::of(nexus.process());
    ours.report("50 devices, one stalled").await;
    println!(
        "resident meanwhile: {:+.1} MiB",
        after.mebibytes() - before.mebibytes()
    );
    // It is filled up by now, and has been for a while.
    flow(opencode, session, &words, 600, TEXTS).await;
    tokio::time::sleep(LET_GO).await;
    let rest = stalled.rest().await;
    println!(
        "it was let go, with {} KiB on the way to it (aim: at most 2,048)",
        rest / 1_024
    );
    assert!(rest <= 2 * 1_024 * 1_024, "too much was kept for it");
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
            grow(opencode, session, said as usize % texts, &word);
            said += 1;
        }
    }
}

fn say_weight(name: &str, before: &Weight, after: &Weight, deliveries: usize) {
    println!(
        "{name}: CPU for 10,000 deliveries {:.1} ms, resident {:.1} MiB",
        after.cpu_for_10_000(before, deliveries),
        after.mebibytes()
    );
}
