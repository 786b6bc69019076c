//! However the network tears a stream, the same comes of it.

use opencode::sse::{Item, Parser};
use proptest::prelude::*;

use crate::capture;
use crate::driver::Driver;

/// Cuts `bytes` at `cuts` (any order, any size).
fn pieces<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.push(0);
    cuts.push(bytes.len());
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|pair| &bytes[pair[0]..pair[1]])
        .collect()
}

fn items(limit: usize, pieces: &[&[u8]]) -> Vec<Item> {
    let mut parser = Parser::new(limit);
    pieces.iter().flat_map(|piece| parser.push(piece)).collect()
}

/// Text of an event stream: everything that means something to the parser, and what tears.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just("data: "),
        Just("data:"),
        Just("data"),
        Just("event: x"),
        Just(": comment"),
        Just("id: 7"),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("\u{feff}"),
        Just("words"),
        Just("ä🦀"),
        Just("a somewhat longer run of words"),
    ];
    proptest::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_frames(
        bytes in stream(),
        cuts in proptest::collection::vec(any::<usize>(), 0..40),
        limit in prop_oneof![Just(24_usize), Just(1_000)],
    ) {
        let whole = items(limit, &[&bytes]);
        prop_assert_eq!(&items(limit, &pieces(&bytes, &cuts)), &whole);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&items(limit, &single), &whole);
    }

    #[test]
    fn any_chunking_gives_the_same_mirror(
        cuts in proptest::collection::vec(any::<usize>(), 0..200),
        scenario in prop_oneof![Just("turn-think"), Just("question-reply-two"), Just("abort-tool")],
    ) {
        let bytes = capture::bytes(&capture::frames(scenario));
        prop_assert_eq!(
            Driver::read(pieces(&bytes, &cuts)),
            Driver::read([bytes.as_slice()])
        );
    }

    #[test]
    fn no_frame_however_damaged_stops_the_translation(
        scenario in prop_oneof![Just("tool-edit"), Just("permission-once"), Just("session-ops")],
        which in any::<prop::sample::Index>(),
        field in any::<prop::sample::Index>(),
        put in prop_oneof![
            Just(serde_json::Value::Null),
            Just(serde_json::json!("text")),
            Just(serde_json::json!(-1.5)),
            Just(serde_json::json!([[]])),
            Just(serde_json::json!({"type": "strange"})),
        ],
    ) {
        let frames = capture::frames(scenario);
        let mut frame: serde_json::Value = serde_json::from_str(&frames[which.index(frames.len())]).unwrap();
        let places = leaves(&frame, String::new());
        *frame.pointer_mut(&places[field.index(places.len())]).unwrap() = put;
        let said = opencode::translate::frame(&frame.to_string(), domain::time::Millis(0));
        prop_assert!(said.is_ok());
    }
}

/// The pointers to everything in `value`.
fn leaves(value: &serde_json::Value, at: String) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(fields) = value.as_object() {
        for (name, value) in fields {
            let name = name.replace('~', "~0").replace('/', "~1");
            found.extend(leaves(value, format!("{at}/{name}")));
        }
    }
    found.push(at);
    found
}

#[test]
fn lines_end_in_every_way_that_the_format_allows() {
    for bytes in [
        "data: a\n\ndata: b\n\n",
        "data: a\r\n\r\ndata: b\r\n\r\n",
        "data: a\r\rdata: b\r\r",
        "\u{feff}data:a\n\n: heartbeat\n\nevent: x\nid: 1\ndata:b\n\n",
    ] {
        let expected = [Item::Data("a".to_owned()), Item::Data("b".to_owned())];
        assert_eq!(items(100, &[bytes.as_bytes()]), expected, "{bytes:?}");
    }
    let lines = [Item::Data("a\nb\n".to_owned())];
    assert_eq!(items(100, &[b"data: a\ndata: b\ndata\n\n"]), lines);
}

#[test]
fn an_event_that_is_too_long_is_named_and_the_next_one_is_read() {
    let bytes = format!("data: {}\n\ndata: next\n\n", "x".repeat(100));
    assert_eq!(
        items(50, &[bytes.as_bytes()]),
        [Item::TooLong { bytes: 106 }, Item::Data("next".to_owned())]
    );
}
