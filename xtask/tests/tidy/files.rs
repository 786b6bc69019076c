//! How files are: short, headed by what they are for, named for a noun, and
//! without a word about the machine they were written on.

use crate::none_of;
use crate::tree::{self, File};

/// Lines a file may have. The aim is 100 to 200.
const MOST_LINES: usize = 600;
/// Names that say nothing of what is inside.
const SAY_NOTHING: [&str; 8] = [
    "util", "utils", "common", "helper", "helpers", "misc", "shared", "types",
];

#[test]
fn no_file_is_longer_than_a_sitting() {
    let long: Vec<String> = tree::files()
        .iter()
        .filter(|file| file.is(&["rs", "ts", "mts", "js", "mjs", "css"]))
        .filter_map(|file| Some((file, file.text()?.lines().count())))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(file, lines)| format!("{} has {lines} lines", file.path))
        .collect();
    none_of(
        &format!("files over {MOST_LINES} lines, to be split by noun"),
        &long,
    );
}

#[test]
fn every_rust_file_begins_with_what_it_is_for() {
    let bare: Vec<String> = tree::files()
        .iter()
        // The tests of a module beside it say it by their place.
        .filter(|file| file.is(&["rs"]) && !file.path.ends_with("/tests.rs"))
        .filter(|file| {
            let text = file.text().unwrap_or_default();
            // Attributes of a crate may stand before its header.
            let first = text
                .lines()
                .find(|line| !line.trim().is_empty() && !line.starts_with("#!["));
            !first.is_some_and(|line| line.starts_with("//!"))
        })
        .map(|file| file.path.clone())
        .collect();
    none_of("files without a `//!` header", &bare);
}

#[test]
fn no_name_says_nothing() {
    let empty: Vec<String> = tree::files()
        .iter()
        .filter(|file| file.is(&["rs", "ts", "mts", "js", "mjs", "css"]))
        .filter(|file| {
            file.path
                .split('/')
                .any(|part| SAY_NOTHING.contains(&stem(part)))
        })
        .map(|file| file.path.clone())
        .collect();
    none_of("names that say nothing of what is inside", &empty);
}

#[test]
fn no_file_names_the_machine_it_was_written_on() {
    let root = tree::root();
    let mut places = vec![root.to_string_lossy().into_owned()];
    if let Some(home) = std::env::home_dir().filter(|home| home.components().count() > 1) {
        places.push(format!("{}/", home.to_string_lossy()));
    }
    let found: Vec<String> = tree::files()
        .iter()
        .flat_map(|file| named(file, &places))
        .collect();
    none_of("paths that exist on one machine only", &found);
}

fn named(file: &File, places: &[String]) -> Vec<String> {
    let text = file.text().unwrap_or_default();
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| places.iter().any(|place| line.contains(place.as_str())))
        .map(|(number, _)| format!("{}:{}", file.path, number + 1))
        .collect()
}

/// A name without what follows its first dot.
fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
