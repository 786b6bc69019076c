//! What we take from others: known licences, from crates.io alone.

use std::collections::BTreeSet;

use crate::metadata::{Metadata, Package};
use crate::none_of;

/// Licences that let us hand out one file without asking anybody. MPL-2.0
/// asks that changes to its own files stay open; we change none.
const TAKEN: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// The platforms the product runs on: the server's and the browser's.
const PLATFORMS: [&str; 2] = ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"];

#[test]
fn every_licence_is_one_we_take() {
    let bad = offending(|package| !package.license.as_deref().is_some_and(acceptable));
    none_of("packages under a licence that is not on the list", &bad);
}

#[test]
fn everything_comes_from_the_one_registry() {
    let elsewhere = offending(|package| {
        package.source.as_deref().is_some_and(|source| {
            !source.starts_with("registry+https://github.com/rust-lang/crates.io-index")
        })
    });
    none_of("packages from elsewhere than crates.io", &elsewhere);
}

fn offending(bad: impl Fn(&Package) -> bool) -> Vec<String> {
    let found: BTreeSet<String> = PLATFORMS
        .into_iter()
        .flat_map(|platform| Metadata::for_platform(platform).packages)
        .filter(|package| bad(package))
        .map(|package| {
            format!(
                "{} {} ({})",
                package.name,
                package.version,
                package.license.as_deref().unwrap_or("none")
            )
        })
        .collect();
    found.into_iter().collect()
}

/// Whether an SPDX expression can be met with what we take: every part of an
/// AND, any part of an OR.
fn acceptable(expression: &str) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest) && rest.is_empty()
}

fn any(rest: &mut &[&str]) -> bool {
    let mut good = all(rest);
    while let [word, tail @ ..] = *rest
        && *word == "OR"
    {
        *rest = tail;
        good |= all(rest);
    }
    good
}

fn all(rest: &mut &[&str]) -> bool {
    let mut good = one(rest);
    while let [word, tail @ ..] = *rest
        && *word == "AND"
    {
        *rest = tail;
        good &= one(rest);
    }
    good
}

fn one(rest: &mut &[&str]) -> bool {
    let words = *rest;
    match words {
        ["(", tail @ ..] => {
            *rest = tail;
            let good = any(rest);
            if let [")", tail @ ..] = *rest {
                *rest = tail;
            }
            good
        }
        [licence, "WITH", exception, tail @ ..] => {
            *rest = tail;
            let whole = format!("{licence} WITH {exception}");
            TAKEN.contains(&whole.as_str())
        }
        [licence, tail @ ..] => {
            *rest = tail;
            TAKEN.contains(licence)
        }
        [] => false,
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0 OR MIT",
        "(MIT OR GPL-3.0) AND ISC",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(acceptable(good), "{good}");
    }
    for bad in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR ISC) AND AGPL-3.0",
        "",
        "MIT ISC",
    ] {
        assert!(!acceptable(bad), "{bad}");
    }
}
