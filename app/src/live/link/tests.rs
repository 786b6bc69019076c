use domain::sync::Farewell;

use super::breaks::STEADY_MS;
use super::shown::UNREACHABLE_AFTER;
use super::turns::FRESH_MS;
use super::*;
use crate::live::link_state::LinkState;

/// A link with its own clock; `say` moves it on.
struct Bench {
    link: Link,
    now: Millis,
}

impl Bench {
    fn new() -> Self {
        Self::remembering(None, Way::Stream)
    }

    fn remembering(polls_until: Option<Millis>, way: Way) -> Self {
        let mut bench = Self {
            link: Link::new(polls_until),
            now: Millis(1_000_000),
        };
        assert_eq!(bench.say(Input::Start), [Effect::Open(Conn(1), way)]);
        bench
    }

    fn up() -> Self {
        let mut bench = Self::new();
        bench.say(Input::Hello(Conn(1), 15_000));
        assert_eq!(bench.shown(), LinkState::Live);
        bench
    }

    fn say(&mut self, input: Input) -> Vec<Effect> {
        self.link.handle(input, self.now, 0.5)
    }

    fn pass(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
    }

    /// Goes to the next deadline and ticks.
    fn tick(&mut self) -> Vec<Effect> {
        self.now = self.link.deadline(self.now).expect("no deadline");
        self.say(Input::Tick)
    }

    fn shown(&self) -> LinkState {
        self.link.state(self.now)
    }
}

/// A stream is opened.
fn stream(conn: u32) -> Effect {
    Effect::Open(Conn(conn), Way::Stream)
}

/// A poll is begun.
fn poll(conn: u32) -> Effect {
    Effect::Open(Conn(conn), Way::Poll)
}

#[test]
fn a_hiccup_is_not_shown_and_a_break_is() {
    let mut bench = Bench::up();
    bench.pass(60_000);
    bench.say(Input::Bytes(Conn(1)));
    assert_eq!(bench.say(Input::Closed(Conn(1), Broke::Ended)), []);
    assert_eq!(bench.shown(), LinkState::Live);
    // Half of the first pause of 500 ms.
    assert_eq!(bench.tick(), [stream(2)]);
    assert_eq!(bench.shown(), LinkState::Live);
    bench.pass(HICCUP_MS);
    assert_eq!(bench.shown(), LinkState::Reconnecting { retry_at: None });
    bench.say(Input::Hello(Conn(2), 15_000));
    bench.pass(10_000);
    assert_eq!(
        bench.shown(),
        LinkState::CatchingUp,
        "however long it takes"
    );
    bench.say(Input::Beat(Conn(2), 15_000));
    assert_eq!(bench.shown(), LinkState::Live);
}

#[test]
fn a_short_break_goes_by_unseen() {
    let mut bench = Bench::up();
    bench.say(Input::Closed(Conn(1), Broke::Ended));
    bench.tick();
    bench.say(Input::Hello(Conn(2), 15_000));
    assert_eq!(bench.shown(), LinkState::Live);
}

#[test]
fn pauses_double_up_to_half_a_minute_and_start_anew_after_a_good_stream() {
    let mut bench = Bench::up();
    bench.pass(STEADY_MS);
    let mut conn = 1;
    let mut pauses = Vec::new();
    for _ in 0..9 {
        bench.say(Input::Closed(Conn(conn), Broke::NoAnswer));
        let Phase::Waiting { until } = bench.link.phase else {
            panic!("not waiting");
        };
        pauses.push(until.since(bench.now));
        bench.now = until;
        conn += 1;
        assert_eq!(bench.say(Input::Tick), [stream(conn)]);
    }
    assert_eq!(
        pauses,
        [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]
    );
    assert_eq!(bench.shown(), LinkState::Unreachable { retry_at: None });
    bench.say(Input::Hello(Conn(conn), 15_000));
    bench.pass(STEADY_MS);
    bench.say(Input::Closed(Conn(conn), Broke::Ended));
    assert_eq!(
        bench.link.phase,
        Phase::Waiting {
            until: bench.now.plus(250)
        }
    );
}

#[test]
fn silence_beyond_the_heartbeat_is_death_and_a_new_stream_is_opened_at_once() {
    for (beat_ms, dead_ms) in [(5_000, 12_000), (15_000, 36_000)] {
        let mut bench = Bench::new();
        bench.say(Input::Hello(Conn(1), beat_ms));
        bench.pass(dead_ms - 1);
        assert_eq!(bench.say(Input::Tick), []);
        bench.pass(1);
        assert_eq!(bench.say(Input::Tick), [Effect::Close(Conn(1)), stream(2)]);
    }
}

#[test]
fn a_beat_tells_how_long_the_next_silence_may_be() {
    let mut bench = Bench::up();
    bench.say(Input::Beat(Conn(1), 5_000));
    bench.pass(12_000);
    assert_eq!(bench.say(Input::Tick), [Effect::Close(Conn(1)), stream(2)]);
}

#[test]
fn where_neither_stream_nor_poll_say_anything_it_waits_and_begins_anew() {
    let mut bench = Bench::new();
    assert_eq!(bench.shown(), LinkState::Starting);
    bench.tick();
    assert_eq!(bench.shown(), LinkState::Reconnecting { retry_at: None });
    assert_eq!(bench.tick(), [Effect::Close(Conn(1)), poll(2)]);
    assert_eq!(bench.tick(), [Effect::Close(Conn(2))]);
    assert_eq!(bench.tick(), [stream(3)]);
}

#[test]
fn where_streams_are_held_back_it_polls_for_a_day_or_until_the_network_changes() {
    let mut bench = Bench::new();
    bench.pass(4_000);
    assert_eq!(bench.say(Input::Tick), [Effect::Close(Conn(1)), poll(2)]);
    bench.pass(100);
    let until = bench.now.plus(24 * 3_600_000);
    assert_eq!(
        bench.say(Input::Hello(Conn(2), 15_000)),
        [Effect::Remember(Some(until))]
    );
    bench.say(Input::Closed(Conn(2), Broke::Ended));
    assert_eq!(bench.tick(), [poll(3)]);
    bench.say(Input::Hello(Conn(3), 15_000));

    bench.pass(5_000);
    assert_eq!(
        bench.say(Input::Online),
        [Effect::Remember(None), stream(4)]
    );

    let mut later = Bench::remembering(Some(Millis(1_000_001)), Way::Poll);
    later.pass(1);
    later.say(Input::Closed(Conn(1), Broke::Ended));
    assert_eq!(later.tick(), [stream(2)], "the day is over");
}

#[test]
fn a_poll_that_takes_its_time_too_says_that_the_network_is_slow() {
    let mut bench = Bench::new();
    bench.pass(4_000);
    bench.say(Input::Tick);
    bench.pass(2_000);
    assert_eq!(bench.say(Input::Hello(Conn(2), 15_000)), []);
    bench.say(Input::Closed(Conn(2), Broke::Ended));
    assert_eq!(bench.tick(), [stream(3)]);
}

#[test]
fn a_page_beyond_the_connections_of_a_browser_polls_until_there_is_room() {
    let mut bench = Bench::up();
    assert_eq!(bench.say(Input::Crowded(true)), [poll(2)]);
    assert!(bench.link.is_crowded());
    assert_eq!(bench.say(Input::Crowded(true)), []);
    assert_eq!(
        bench.say(Input::Hello(Conn(2), 15_000)),
        [Effect::Close(Conn(1))]
    );
    assert_eq!(bench.say(Input::Crowded(false)), [stream(3)]);
    assert_eq!(
        bench.say(Input::Crowded(true)),
        [Effect::Close(Conn(3))],
        "the poll goes on"
    );

    let mut early = Bench::new();
    assert_eq!(
        early.say(Input::Crowded(true)),
        [Effect::Close(Conn(1)), poll(2)]
    );
}

#[test]
fn on_waking_the_new_stream_is_made_before_the_old_one_is_dropped() {
    for wake in [Input::Visible, Input::Online] {
        let mut bench = Bench::up();
        bench.pass(10_000);
        assert_eq!(bench.say(wake), [stream(2)]);
        assert!(bench.link.holds_back(Conn(1)));
        assert_eq!(bench.shown(), LinkState::Live);
        assert_eq!(
            bench.say(Input::Hello(Conn(2), 15_000)),
            [Effect::Close(Conn(1))]
        );
        assert!(!bench.link.wants(Conn(1)));
        assert_eq!(bench.shown(), LinkState::Live);
    }
}

#[test]
fn a_stream_just_heard_of_is_not_replaced() {
    let mut bench = Bench::up();
    bench.pass(FRESH_MS - 1);
    assert_eq!(bench.say(Input::Visible), []);
}

#[test]
fn where_the_new_stream_fails_the_old_one_goes_on() {
    let mut bench = Bench::up();
    bench.pass(10_000);
    bench.say(Input::Visible);
    bench.say(Input::Closed(Conn(2), Broke::NoAnswer));
    assert!(!bench.link.holds_back(Conn(1)));
    assert!(bench.link.wants(Conn(1)));
    assert_eq!(bench.shown(), LinkState::Live);
}

#[test]
fn where_the_old_stream_ends_first_the_new_one_is_waited_for() {
    let mut bench = Bench::up();
    bench.pass(10_000);
    bench.say(Input::Visible);
    assert_eq!(bench.say(Input::Closed(Conn(1), Broke::Ended)), []);
    assert_eq!(bench.say(Input::Hello(Conn(2), 15_000)), []);
    assert_eq!(bench.shown(), LinkState::Live);
}

#[test]
fn waking_does_not_wait_for_the_pause_to_end() {
    let mut bench = Bench::up();
    bench.say(Input::Closed(Conn(1), Broke::NoAnswer));
    assert_eq!(bench.say(Input::Online), [stream(2)]);
}

#[test]
fn without_a_network_the_page_says_offline_until_something_is_heard() {
    let mut bench = Bench::up();
    bench.pass(1_000);
    bench.say(Input::Offline);
    assert_eq!(bench.shown(), LinkState::Offline);
    // Loopback needs no network.
    bench.pass(5_000);
    bench.say(Input::Bytes(Conn(1)));
    assert_eq!(bench.shown(), LinkState::Live);
    bench.say(Input::Closed(Conn(1), Broke::Ended));
    assert_eq!(bench.shown(), LinkState::Offline);
}

#[test]
fn a_hidden_page_lets_go_and_comes_back_when_looked_at() {
    let mut bench = Bench::new();
    bench.say(Input::Hello(Conn(1), 1_000_000));
    bench.say(Input::Hidden);
    bench.pass(LET_GO_MS - 1);
    assert_eq!(bench.say(Input::Tick), []);
    bench.pass(1);
    assert_eq!(bench.say(Input::Tick), [Effect::Close(Conn(1))]);
    assert_eq!(bench.link.deadline(bench.now), None);
    bench.pass(3_600_000);
    assert_eq!(bench.say(Input::Online), [], "nobody looks");
    assert_eq!(bench.say(Input::Visible), [stream(2)]);
    assert_eq!(bench.shown(), LinkState::CatchingUp, "it is no break");
}

#[test]
fn one_hidden_page_keeps_its_stream_for_all() {
    let mut keeper = Bench::new();
    keeper.say(Input::Hello(Conn(1), 1_000_000));
    keeper.say(Input::Hidden);
    keeper.say(Input::Keeper(true));
    keeper.pass(LET_GO_MS * 2);
    assert_eq!(keeper.say(Input::Tick), []);

    let mut next = Bench::new();
    next.say(Input::Hello(Conn(1), 1_000_000));
    next.say(Input::Hidden);
    next.pass(LET_GO_MS);
    assert_eq!(next.say(Input::Tick), [Effect::Close(Conn(1))]);
    assert_eq!(next.say(Input::Keeper(true)), [stream(2)]);
}

#[test]
fn a_proxy_that_answers_for_nexus_is_no_sign_that_nexus_does_not_answer() {
    let mut bench = Bench::new();
    for conn in 1..=UNREACHABLE_AFTER + 1 {
        bench.say(Input::Closed(Conn(conn), Broke::Refused));
        while !matches!(bench.link.phase, Phase::Opening(_)) {
            bench.tick();
        }
    }
    assert_eq!(bench.shown(), LinkState::Reconnecting { retry_at: None });
}

#[test]
fn a_gap_is_resumed_at_once_and_a_second_one_soon_after_waits() {
    let mut bench = Bench::up();
    bench.pass(STEADY_MS);
    assert_eq!(
        bench.say(Input::Gap(Conn(1))),
        [Effect::Close(Conn(1)), stream(2)]
    );
    bench.say(Input::Hello(Conn(2), 15_000));
    assert_eq!(bench.say(Input::Gap(Conn(2))), [Effect::Close(Conn(2))]);
    assert!(matches!(bench.link.phase, Phase::Waiting { .. }));
}

#[test]
fn a_farewell_is_followed() {
    let mut bench = Bench::up();
    bench.say(Input::Farewell(
        Conn(1),
        Farewell::Restarting { retry_ms: 1_000 },
    ));
    assert_eq!(
        bench.link.phase,
        Phase::Waiting {
            until: bench.now.plus(1_250)
        }
    );

    let mut refused = Bench::up();
    assert_eq!(
        refused.say(Input::SignedOut),
        [Effect::Close(Conn(1))],
        "a command was refused"
    );
    assert_eq!(refused.shown(), LinkState::SignedOut);

    for (farewell, shown) in [
        (Farewell::SignedOut, LinkState::SignedOut),
        (Farewell::Update, LinkState::UpdateReady),
    ] {
        let mut bench = Bench::up();
        assert_eq!(
            bench.say(Input::Farewell(Conn(1), farewell)),
            [Effect::Close(Conn(1))]
        );
        assert_eq!(bench.shown(), shown);
        assert_eq!(bench.say(Input::Visible), [], "it is over");
        assert_eq!(bench.link.deadline(bench.now), None);
    }
}

#[test]
fn what_a_dropped_stream_still_says_changes_nothing() {
    let mut bench = Bench::up();
    assert!(bench.link.is_up());
    bench.say(Input::Closed(Conn(1), Broke::Ended));
    assert!(!bench.link.is_up());
    bench.tick();
    let before = bench.link.phase;
    for stale in [
        Input::Hello(Conn(1), 1),
        Input::Bytes(Conn(1)),
        Input::Closed(Conn(1), Broke::Ended),
        Input::Gap(Conn(1)),
        Input::Farewell(Conn(1), Farewell::SignedOut),
    ] {
        assert_eq!(bench.say(stale), []);
        assert_eq!(bench.link.phase, before);
    }
}

#[test]
fn a_page_that_was_away_for_long_catches_up_before_it_is_live() {
    let mut let_go = Bench::up();
    let_go.say(Input::Hidden);
    let_go.say(Input::Beat(Conn(1), 100_000));
    assert_eq!(let_go.tick(), [Effect::Close(Conn(1))]);
    let mut asleep = Bench::up();
    let mut cut_off = Bench::up();
    for bench in [&mut let_go, &mut asleep, &mut cut_off] {
        bench.pass(60 * 60_000);
    }
    cut_off.say(Input::Closed(Conn(1), Broke::Ended));
    for bench in [&mut let_go, &mut asleep, &mut cut_off] {
        assert_eq!(bench.say(Input::Visible), [stream(2)]);
        assert_eq!(bench.shown(), LinkState::CatchingUp);
        bench.pass(100);
        bench.say(Input::Hello(Conn(2), 15_000));
        assert_eq!(bench.shown(), LinkState::CatchingUp);
        bench.say(Input::Beat(Conn(2), 15_000));
        assert_eq!(bench.shown(), LinkState::Live);
    }
}
