//! Recorded streams, damaged by chance: whatever arrives, the parser gives the same for any
//! chunking, and nothing panics on the way to the mirror. By seeds, so that what fails once
//! fails again.

use domain::event::Event;
use domain::id::SessionId;
use domain::mirror::Mirror;
use domain::reduce::reduce;
use domain::time::Millis;
use fakes::Chance;
use opencode::Upstream;
use opencode::sse::{Item, Parser};
use opencode::translate::frame;

use crate::capture;

/// How many damaged streams, and damaged frames: some seconds without optimisation.
const STREAMS: u64 = 400;
const FRAMES: u64 = 6_000;
/// How much of a recording is damaged at once.
const STRETCH_BYTES: usize = 12 * 1024;

const RECORDINGS: [&str; 8] = [
    "turn-text",
    "turn-think",
    "tool-bash-slow",
    "tool-edit",
    "permission-once",
    "question-reply-two",
    "session-ops",
    "retry-429",
];

/// What means something to the parser or to JSON.
const WORDS: [&[u8]; 16] = [
    b"\n\n",
    b"\r",
    b"data: ",
    b"data:{",
    b"\xef\xbb\xbf",
    b"\xf0\x9f",
    b"\xff",
    b"\\ud83d",
    b"\\u0000",
    b"null",
    b"1e999",
    b"-18446744073709551616",
    b"[[[[[[[[",
    b"{\"type\":\"text\"}",
    b"\"",
    b"}}",
];

/// Some bytes that lie next to each other, of so many.
fn range(chance: &mut Chance, len: usize) -> std::ops::Range<usize> {
    let from = chance.below(len + 1);
    from..(from + chance.below(40)).min(len)
}

fn damage(bytes: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(6) {
        let range = range(chance, bytes.len());
        match chance.below(6) {
            0 => {
                if let Some(byte) = bytes.get_mut(range.start) {
                    *byte ^= 1 << chance.below(8);
                }
            }
            1 => drop(bytes.drain(range)),
            2 => {
                let again = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, again);
            }
            3 => bytes.truncate(range.start.max(bytes.len() / 2)),
            _ => {
                let word = WORDS[chance.below(WORDS.len())];
                bytes.splice(range, word.iter().copied());
            }
        }
    }
}

fn read(bytes: &[u8], mut piece: impl FnMut() -> usize) -> Vec<Item> {
    let mut parser = Parser::new(8 * 1024);
    let mut items = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (now, behind) = rest.split_at(piece().clamp(1, rest.len()));
        items.extend(parser.push(now));
        rest = behind;
    }
    items
}

/// Takes what was said as the relay does.
fn take(mirror: &mut Mirror, json: &str) {
    match frame(json, Millis(1)) {
        Ok(Some(Upstream::Event(event) | Upstream::Closed { event, .. })) => {
            if let Event::SessionUpserted { session } = &event {
                mirror.transcripts.get_or_default(session.id.clone());
            }
            reduce(mirror, &event);
        }
        Ok(Some(Upstream::Delta { at, text })) => {
            let event = Event::TextAppended {
                at,
                offset: 0,
                text,
            };
            reduce(mirror, &event);
        }
        Ok(_) | Err(_) => {}
    }
}

#[test]
fn a_damaged_stream_is_read_the_same_in_any_pieces_and_breaks_nothing() {
    let recordings: Vec<Vec<u8>> = RECORDINGS
        .iter()
        .map(|name| capture::bytes(&capture::frames(name)))
        .collect();
    for seed in 1..=STREAMS {
        let mut chance = Chance::new(seed);
        let whole = &recordings[chance.below(recordings.len())];
        let from = chance.below(whole.len().saturating_sub(STRETCH_BYTES));
        let mut bytes = whole[from..(from + STRETCH_BYTES).min(whole.len())].to_vec();
        damage(&mut bytes, &mut chance);
        let at_once = read(&bytes, || usize::MAX);
        let torn = read(&bytes, || 1 + chance.below(90));
        assert_eq!(at_once, torn, "seed {seed}");
        let mut mirror = Mirror::default();
        mirror.transcripts.insert(
            SessionId::new("ses_any"),
            domain::transcript::Transcript::default(),
        );
        for item in at_once {
            if let Item::Data(json) = item {
                take(&mut mirror, &json);
            }
        }
    }
}

#[test]
fn a_damaged_frame_breaks_nothing() {
    let frames: Vec<String> = RECORDINGS
        .iter()
        .flat_map(|name| capture::frames(name))
        .collect();
    let mut mirror = Mirror::default();
    for seed in 1..=FRAMES {
        let mut chance = Chance::new(seed);
        let mut bytes = frames[chance.below(frames.len())].clone().into_bytes();
        damage(&mut bytes, &mut chance);
        if let Ok(json) = String::from_utf8(bytes) {
            take(&mut mirror, &json);
        }
    }
}
