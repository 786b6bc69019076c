//! Which crate may use which. A pure crate lists all it may use; the others
//! list what they must never see.

use crate::metadata::{Dependency, Metadata, Package};
use crate::none_of;

/// What one crate may use.
struct Rule {
    name: &'static str,
    /// Crates of ours.
    ours: &'static [&'static str],
    /// Crates of ours, in tests.
    ours_in_tests: &'static [&'static str],
    others: Others,
}

/// What a crate may use of others.
enum Others {
    /// These and nothing else.
    Only(&'static [&'static str]),
    /// Anything but these.
    Never(&'static [&'static str]),
    /// Anything but the first; the second only where a feature asks for it.
    NeverAndOptional(&'static [&'static str], &'static [&'static str]),
}

const TABLE: [Rule; 9] = [
    Rule {
        name: "domain",
        ours: &[],
        ours_in_tests: &[],
        others: Others::Only(&["serde", "serde_json", "thiserror"]),
    },
    Rule {
        name: "highlight",
        ours: &[],
        ours_in_tests: &[],
        others: Others::Only(&[]),
    },
    Rule {
        name: "markdown",
        ours: &[],
        ours_in_tests: &[],
        others: Others::Only(&["pulldown-cmark"]),
    },
    Rule {
        name: "opencode",
        ours: &["domain"],
        ours_in_tests: &["fakes"],
        others: Others::Never(&[
            "axum",
            "leptos",
            "leptos_axum",
            "leptos_meta",
            "leptos_router",
            "rusqlite",
            "web-sys",
        ]),
    },
    Rule {
        name: "fakes",
        ours: &[],
        ours_in_tests: &[],
        others: Others::Never(&["leptos", "leptos_axum", "rusqlite", "web-sys"]),
    },
    Rule {
        name: "app",
        ours: &["domain", "highlight", "markdown"],
        ours_in_tests: &[],
        others: Others::NeverAndOptional(
            &[
                "argon2",
                "hyper",
                "reqwest",
                "rusqlite",
                "rustix",
                "tokio",
                "tower-http",
            ],
            &[
                "axum",
                "gloo-net",
                "leptos_axum",
                "wasm-bindgen-futures",
                "web-sys",
            ],
        ),
    },
    Rule {
        name: "frontend",
        ours: &["app"],
        ours_in_tests: &[],
        others: Others::Only(&["console_error_panic_hook", "leptos", "wasm-bindgen"]),
    },
    Rule {
        name: "server",
        ours: &["app", "domain", "markdown", "opencode"],
        ours_in_tests: &["fakes"],
        others: Others::Never(&["gloo-net", "js-sys", "wasm-bindgen", "web-sys"]),
    },
    Rule {
        name: "xtask",
        ours: &[],
        ours_in_tests: &[],
        others: Others::Never(&[]),
    },
];

#[test]
fn every_crate_uses_only_what_the_table_allows() {
    let packages = Metadata::ours().packages;
    let mut found = Vec::new();
    for package in &packages {
        match TABLE.iter().find(|rule| rule.name == package.name) {
            Some(rule) => found.extend(offences(rule, package)),
            None => found.push(format!(
                "{} is not in the table of xtask/tests/tidy/dependencies.rs",
                package.name
            )),
        }
    }
    none_of("dependencies that the architecture does not allow", &found);
}

#[test]
fn every_row_of_the_table_has_its_crate() {
    let packages = Metadata::ours().packages;
    let missing: Vec<String> = TABLE
        .iter()
        .filter(|rule| !packages.iter().any(|package| package.name == rule.name))
        .map(|rule| rule.name.to_owned())
        .collect();
    none_of("rows without a crate", &missing);
}

fn offences(rule: &Rule, package: &Package) -> Vec<String> {
    package
        .dependencies
        .iter()
        .filter(|dependency| !allowed(rule, dependency))
        .map(|dependency| format!("{} uses {}", package.name, dependency.name))
        .collect()
}

fn allowed(rule: &Rule, dependency: &Dependency) -> bool {
    let name = dependency.name.as_str();
    let in_tests = dependency.kind.as_deref() == Some("dev");
    if dependency.path.is_some() {
        return rule.ours.contains(&name) || (in_tests && rule.ours_in_tests.contains(&name));
    }
    // What tests use of others is nobody's business.
    in_tests
        || match &rule.others {
            Others::Only(these) => these.contains(&name),
            Others::Never(these) => !these.contains(&name),
            Others::NeverAndOptional(never, optional) => {
                !never.contains(&name) && (dependency.optional || !optional.contains(&name))
            }
        }
}
