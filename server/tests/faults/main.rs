//! The first promise, held by machine: whatever breaks between OpenCode and Nexus, between
//! Nexus and the devices, or in Nexus itself, nothing is lost and nothing doubled.
//!
//! Everything runs in one thread without sockets, in a time that stands still while nothing
//! happens, and by seeds: a run that fails is the same when it is run again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, helpers included"
)]

mod absent;
mod agent;
mod answers;
mod asleep;
mod commands;
mod connected;
mod creations;
mod device;
mod directories;
mod endings;
mod hybrid;
mod line;
mod nexus;
mod peer;
mod real;
mod repairs;
mod run;
mod slow;
mod spare;

use peer::Tongue;
use run::Tally;

/// How many seeds each of the two halves runs: five hundred cuts and more.
const SEEDS: u64 = 55;
/// How many seeds run with a server that forgets who is at work.
const FORGETFUL: u64 = 20;

#[expect(
    clippy::print_stdout,
    reason = "shown where a run fails: by its seed it is found again"
)]
fn runs(seeds: impl IntoIterator<Item = u64>, tongue: Tongue, forgets: bool) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        // The seed of a run that hangs or panics is the last one named.
        println!("seed {seed}");
        tally += run::run(seed, tongue, forgets);
    }
    println!("{tally:?}");
    tally
}

/// Much must have happened, or nothing is proved.
fn assert_enough(tally: Tally, tongue: Tongue) {
    assert!(tally.upstream >= 120, "{tally:?}");
    assert!(tally.upstream + tally.downstream >= 500, "{tally:?}");
    assert!(tally.deaths >= 40, "{tally:?}");
    assert!(tally.handovers < tally.prompts * 2, "{tally:?}");
    // A server of 2.x has no log that says anything.
    let logged = tally.logs >= 5 && tally.old >= 5;
    assert!(logged || tongue == Tongue::Second, "{tally:?}");
    assert!(tally.resets >= 40, "{tally:?}");
    assert!(tally.answers >= 10 && tally.children >= 40, "{tally:?}");
}

/// Runs that failed once.
#[test]
fn what_was_lost_once_is_lost_no_more() {
    runs([1_043, 3, 13, 38, 42], Tongue::First, false);
    runs([20, 1_081, 1_137], Tongue::Second, false);
}

#[test]
fn a_thousand_cuts_leave_every_device_as_if_nothing_had_happened() {
    assert_enough(runs(0..SEEDS, Tongue::First, false), Tongue::First);
}

#[test]
fn another_thousand_do_not_either() {
    let seeds = 1_000..1_000 + SEEDS;
    assert_enough(runs(seeds, Tongue::First, false), Tongue::First);
}

#[test]
fn a_thousand_cuts_of_the_second_tongue_leave_every_device_as_if_nothing_had_happened() {
    assert_enough(runs(0..SEEDS, Tongue::Second, false), Tongue::Second);
}

#[test]
fn a_server_that_forgets_who_is_at_work_makes_nothing_end_for_good() {
    runs(2_000..2_000 + FORGETFUL, Tongue::First, true);
    runs(2_000..2_000 + FORGETFUL / 2, Tongue::Second, true);
}
