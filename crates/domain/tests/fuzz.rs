//! Frames, damaged by chance: whatever a device is sent, it takes or refuses, and nothing
//! panics. The golden frames are what is damaged; by seeds, so that what fails once fails
//! again.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use domain::id::{ServerId, SessionId};
use domain::sync::{Applied, Frame, PageSnapshot, Replica, Viewing};
use serde_json::Value;

/// How many damaged rows of frames: some seconds without optimisation.
const ROWS: u64 = 1_500;
const BYTES: u64 = 6_000;

/// A row of numbers that look like chance.
struct Chance(u64);

impl Chance {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from((self.0 >> 11) % end).unwrap_or_default()
    }
}

/// The golden frames as JSON, by name.
fn golden() -> BTreeMap<String, Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");
    let mut frames = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let json = text.splitn(3, "---").nth(2).unwrap();
        frames.insert(name, serde_json::from_str(json).unwrap());
    }
    frames
}

/// The single frames among them: some snapshots hold several.
fn frames(golden: &BTreeMap<String, Value>) -> Vec<Value> {
    let single = golden.values().flat_map(|it| match it {
        Value::Array(several) => several.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            vec![it.clone()]
        }
    });
    single
        .filter(|it| serde_json::from_value::<Frame>(it.clone()).is_ok())
        .collect()
}

/// The pointers to everything in `value`.
fn places(value: &Value, at: String) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                found.extend(places(value, format!("{at}/{name}")));
            }
        }
        Value::Array(entries) => {
            for (n, value) in entries.iter().enumerate() {
                found.extend(places(value, format!("{at}/{n}")));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found.push(at);
    found
}

/// Puts something else in some places: what stands elsewhere, or what should stand nowhere.
fn damage(frame: &mut Value, others: &[Value], chance: &mut Chance) {
    for _ in 0..=chance.below(3) {
        let at = places(frame, String::new());
        let at = &at[chance.below(at.len())];
        let other = &others[chance.below(others.len())];
        let from = places(other, String::new());
        let put = match chance.below(6) {
            0 => Value::Null,
            1 => serde_json::json!(u64::MAX),
            2 => serde_json::json!("\u{1f600}x"),
            3 => serde_json::json!(chance.below(9)),
            _ => other
                .pointer(&from[chance.below(from.len())])
                .unwrap()
                .clone(),
        };
        *frame.pointer_mut(at).unwrap() = put;
    }
}

#[test]
fn a_device_takes_or_refuses_whatever_it_is_sent() {
    let golden = golden();
    let frames = frames(&golden);
    assert!(frames.len() >= 8, "the golden frames are read");
    let page: PageSnapshot = serde_json::from_value(golden["frames__page"].clone()).unwrap();
    let viewing = page.viewing.clone().unwrap_or_else(|| Viewing {
        server: ServerId::new("srv1"),
        session: SessionId::new("ses_1"),
    });
    let mut taken = 0;
    for seed in 0..ROWS {
        let mut chance = Chance::of(seed + 1);
        let mut device = Replica::of(&page);
        for _ in 0..8 {
            let mut frame = frames[chance.below(frames.len())].clone();
            if chance.below(3) > 0 {
                damage(&mut frame, &frames, &mut chance);
            }
            let Ok(frame) = serde_json::from_value::<Frame>(frame) else {
                continue;
            };
            if let Applied::Moved(_) = device.apply(frame) {
                taken += 1;
            }
            device.focus(Some(&viewing), 100, true);
        }
    }
    assert!(taken > 500, "only {taken} frames got through to the copy");
}

#[test]
fn bytes_that_are_no_frame_are_refused() {
    let frames = frames(&golden());
    for seed in 0..BYTES {
        let mut chance = Chance::of(seed + 1);
        let mut bytes = frames[chance.below(frames.len())].to_string().into_bytes();
        for _ in 0..=chance.below(3) {
            let at = chance.below(bytes.len());
            match chance.below(3) {
                0 => bytes[at] ^= 1 << chance.below(8),
                1 => bytes.truncate(at.max(1)),
                _ => drop(bytes.drain(at..(at + 20).min(bytes.len()))),
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
        let mut device = Replica::default();
        if let Ok(frame) = serde_json::from_slice::<Frame>(&bytes) {
            device.apply(frame);
        }
    }
}
