use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::sync::{Frame, PageSnapshot};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Garbled, read};

/// The golden snapshots of the protocol: each frame, and the page.
fn snapshots() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/domain/tests/snapshots");
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let (_, body) = text.trim_start_matches("---").split_once("---\n").unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, body.to_owned())
        })
        .collect()
}

fn alike<T: DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) -> bool {
    let theirs = serde_json::from_str::<T>(text).ok();
    assert_eq!(read::<T>(text).ok(), theirs, "{text}");
    theirs.is_some()
}

#[test]
fn every_frame_of_the_protocol_is_read_as_serde_json_reads_it() {
    let mut frames = 0;
    for (name, text) in snapshots() {
        let is_frame = alike::<Frame>(&text);
        let is_list = alike::<Vec<Frame>>(&text);
        let is_page = alike::<PageSnapshot>(&text);
        frames += usize::from(is_frame || is_list);
        assert!(
            is_frame || is_list || is_page || name.contains("request"),
            "{name} is none"
        );
    }
    assert!(frames > 10);
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Plain,
    One(String),
    Two(u8, i64),
    Named { a: Option<bool>, b: Vec<String> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct All {
    #[serde(default)]
    sorts: Vec<Sort>,
    map: BTreeMap<String, (u32, ())>,
    cost: f64,
}

fn sort() -> impl Strategy<Value = Sort> {
    prop_oneof![
        Just(Sort::Plain),
        any::<String>().prop_map(Sort::One),
        any::<(u8, i64)>().prop_map(|(a, b)| Sort::Two(a, b)),
        any::<(Option<bool>, Vec<String>)>().prop_map(|(a, b)| Sort::Named { a, b }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        sorts in proptest::collection::vec(sort(), 0..5),
        map in any::<BTreeMap<String, (u32, ())>>(),
        cents in 0_u32..1_000_000,
        pretty in any::<bool>(),
    ) {
        let all = All { sorts, map, cost: f64::from(cents) / 100.0 };
        let text = if pretty { serde_json::to_string_pretty(&all) } else { serde_json::to_string(&all) };
        prop_assert_eq!(read(&text.unwrap()), Ok(all));
    }

    #[test]
    fn what_is_cut_off_is_not_read(sorts in proptest::collection::vec(sort(), 0..5), cut in 1_usize..40) {
        let text = serde_json::to_string(&sorts).unwrap();
        let end = text.len().saturating_sub(cut);
        if let Some(text) = text.get(..end) {
            prop_assert_eq!(read::<Vec<Sort>>(text), Err(Garbled));
        }
    }
}

#[test]
fn what_is_unknown_is_passed_over_at_any_depth() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let text =
        format!(r#"{{"x":{deep},"y":{{"a":"}}","b":[null,true,-1.5e3]}},"map":{{}},"cost":2}}"#);
    let all = All {
        sorts: Vec::new(),
        map: BTreeMap::new(),
        cost: 2.0,
    };
    assert_eq!(read(&text), Ok(all));
}

#[test]
fn strings_and_numbers_are_read_as_they_are_written() {
    for text in [
        r#""\ud83c\udf0a \u00e9 \n\t\"\\\/ \b\f\r é 🌊""#,
        r#""\ud83c""#,
        r#""\ud83c\u0041""#,
        r#""\udc00""#,
        r#""\x""#,
        "\"a\nb\"",
        "\"open",
        "7",
    ] {
        alike::<String>(text);
    }
    for text in [
        "0",
        "-1",
        "255",
        "256",
        "18446744073709551615",
        "1.5",
        "true",
        "",
        "-",
    ] {
        alike::<u8>(text);
        alike::<u64>(text);
        alike::<i64>(text);
        alike::<Option<u32>>(text);
        alike::<bool>(text);
    }
    for text in [
        "0",
        "0.25",
        "-12.75",
        "1e3",
        "2.5E-2",
        "123456.789",
        "e3",
        ".",
        "-",
    ] {
        alike::<f64>(text);
    }
    for text in ["null", "[]", "[1,2]", "[1,2,3]", "[1 2]", "[1,2", "[1,2] x"] {
        alike::<(u8, u8)>(text);
        alike::<Vec<u8>>(text);
        alike::<()>(text);
    }
    for text in [
        r#""plain""#,
        r#"{"plain":null}"#,
        r#""one""#,
        r#"{"one":"x","two":1}"#,
        r#"{"two":[1,2]}"#,
        r#""other""#,
    ] {
        alike::<Sort>(text);
    }
}
