//! Bytes of what the browser gets, against the budget in `xtask/budget.json`.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use crate::fault::{AtPath as _, Fault};
use crate::say;
use crate::site::{ASSETS_FILE, Assets};
use crate::workspace::{Profile, Workspace};

/// The most bytes each kind may have on the wire, by its name among the
/// entries of `assets.json`.
#[derive(Deserialize)]
struct Budget {
    brotli: BTreeMap<String, usize>,
}

/// Weighs the site that was built last.
pub(crate) fn size(workspace: &Workspace) -> Result<(), Fault> {
    let assets: Assets = read(&workspace.site(Profile::Release).join(ASSETS_FILE))?;
    let budget: Budget = read(&workspace.root().join("xtask/budget.json"))?;
    if assets.profile != "release" {
        return Err(Fault::Data(
            "The site is a debug build; `cargo xtask build --release` makes the one to weigh."
                .to_owned(),
        ));
    }
    let entry = &assets.entry;
    let mut kinds = vec![
        ("wasm", vec![&entry.wasm]),
        ("js", vec![&entry.js]),
        ("css", vec![&entry.css]),
    ];
    // What comes later: each part with all it needs.
    let chunks = entry.chunks.iter();
    kinds.extend(chunks.map(|(name, paths)| (name.as_str(), paths.iter().collect())));
    say::line(&format!(
        "  {:<6} {:>10} {:>10} {:>10} {:>10} {:>7}",
        "", "raw", "gzip", "brotli", "budget", "used"
    ));
    let mut over = Vec::new();
    for (kind, paths) in kinds {
        let weight = Weight::of(&assets, &paths)?;
        let allowed = budget.brotli.get(kind).copied();
        let used = allowed.map_or_else(String::new, |allowed| {
            format!("{} %", weight.brotli * 100 / allowed.max(1))
        });
        say::line(&format!(
            "  {kind:<6} {:>10} {:>10} {:>10} {:>10} {used:>7}",
            weight.raw,
            weight.gzip,
            weight.brotli,
            allowed.map_or_else(String::new, |allowed| allowed.to_string()),
        ));
        if allowed.is_some_and(|allowed| weight.brotli > allowed) {
            over.push(kind);
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    Err(Fault::OverBudget(format!(
        "Over the budget of xtask/budget.json: {}.",
        over.join(", ")
    )))
}

/// Bytes of some files together, as they are and on the wire.
#[derive(Default)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Weight {
    fn of(assets: &Assets, paths: &[&String]) -> Result<Self, Fault> {
        let mut sum = Self::default();
        for path in paths {
            let asset = assets.at(path).ok_or_else(|| {
                Fault::Data(format!("assets.json names {path} and does not list it."))
            })?;
            sum.raw += asset.bytes;
            sum.gzip += asset.gz.unwrap_or(asset.bytes);
            sum.brotli += asset.br.unwrap_or(asset.bytes);
        }
        Ok(sum)
    }
}

fn read<T: serde::de::DeserializeOwned>(path: &std::path::Path) -> Result<T, Fault> {
    let text = fs::read_to_string(path).at(path)?;
    serde_json::from_str(&text)
        .map_err(|error| Fault::Data(format!("{} could not be read: {error}.", path.display())))
}
