//! What Nexus adds to a token: the built executable beside reading OpenCode directly and
//! beside a plain reverse proxy, all three listening to the same fake server at the same
//! time. Ratios and differences within one run are what counts.
//!
//! `NEXUS_BIN` names the executable. Prints a table; fails only when a word is lost.

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

mod reader;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use fakes::opencode::{DIRECTORY, FakeOpenCode};

use reader::{Reader, marker};
use setting::nexus::Nexus;
use setting::{begin, executable, grow, proxy};

/// Single words, each after a quiet time.
const QUIET_WORDS: u32 = 120;
/// Longer than the 33 ms within which Nexus joins words.
const QUIET: Duration = Duration::from_millis(90);
/// A model that writes quickly.
const RATE_PER_S: u32 = 60;
/// How long it writes.
const FLOW_WORDS: u32 = RATE_PER_S * 10;
/// How long to wait for words that are on their way.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let executable = executable();
    let opencode = FakeOpenCode::start().await;
    let session = opencode.session(DIRECTORY, "A long answer");
    let proxy = proxy::start(opencode.url()).await;
    let nexus = Nexus::start(&executable, &opencode.url()).await;
    let owner = nexus.sign_in().await;
    begin(&opencode, &session, 1);

    let readers = [
        (
            "direct",
            Reader::get(&format!("{}/global/event", opencode.url())).await,
        ),
        (
            "plain proxy",
            Reader::get(&format!("{proxy}/global/event")).await,
        ),
        ("Nexus", Reader::of(nexus.open(&owner, &session).await)),
    ];

    let mut next = 0;
    let mut sent = BTreeMap::new();
    for _ in 0..QUIET_WORDS {
        tokio::time::sleep(QUIET).await;
        say(&opencode, &session, next, &mut sent);
        next += 1;
    }
    let quiet = 0..next;
    let mut beat = tokio::time::interval(Duration::from_secs(1) / RATE_PER_S);
    for _ in 0..FLOW_WORDS {
        beat.tick().await;
        say(&opencode, &session, next, &mut sent);
        next += 1;
    }
    let flow = quiet.end..next;

    println!("\nDelay from the fake server to the reader, milliseconds\n");
    println!("{:34} {:>8} {:>8} {:>8}", "", "median", "p95", "p99");
    for (title, words) in [
        ("first word after quiet", quiet),
        ("60 words/s for 10 s", flow),
    ] {
        for (name, reader) in &readers {
            let seen = reader.all(next, PATIENCE).await;
            let mut delays: Vec<Duration> = words
                .clone()
                .map(|word| seen[&word] - sent[&word])
                .collect();
            delays.sort_unstable();
            let at =
                |percent: usize| delays[(delays.len() - 1) * percent / 100].as_secs_f64() * 1_000.0;
            let (median, p95, p99) = (at(50), at(95), at(99));
            println!(
                "{:34} {median:>8.2} {p95:>8.2} {p99:>8.2}",
                format!("{title}, {name}")
            );
        }
    }
    println!("\nAims: first word added < 2 ms at the median; at 60 words/s at most one merge");
    println!("window (33 ms). No word was lost by any reader.");
    nexus.stop().await;
}

fn say(opencode: &FakeOpenCode, session: &str, word: u32, sent: &mut BTreeMap<u32, Instant>) {
    sent.insert(word, Instant::now());
    grow(opencode, session, 0, &marker(word));
}
