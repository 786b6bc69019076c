//! What the browser gets: program, style sheet, icons, service worker, each
//! under a name that carries its content's hash where that is possible, each
//! compressed beforehand, and `assets.json`, which lists them for the server.
//!
//! The result lies in the configured site root, that of a debug build beside
//! it; so does what is costly to make, each for its profile. Nothing is written that has not changed: cargo decides
//! by modification time whether the server must embed the files again.

mod assets;
mod compress;
mod cut;
mod fingerprint;
mod media;
mod program;
mod prune;
mod public;
mod style;
mod tree;
mod worker;

pub(crate) use assets::{ASSETS_FILE, Assets};
pub(crate) use program::WASM_TARGET;

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::workspace::{Profile, Workspace};
use assets::Entry;
use tree::Tree;

/// Makes the site as it should be now and returns its list.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<Assets, Fault> {
    let names = workspace.names();
    let program = program::build(workspace, profile)?;
    let style = style::bundle(workspace, profile)?;

    let mut tree = Tree::default();
    let stem = format!("{}/{}", names.site_pkg_dir, names.output_name);
    let wasm = tree.add_hashed(&stem, "wasm", program.wasm);
    let mut glue = program.glue;
    let mut paths = BTreeMap::new();
    for (name, chunk) in program.chunks {
        let path = tree.add_hashed(&format!("{stem}-{name}"), "wasm", chunk);
        glue = cut::renamed(glue, &name, &path)?;
        paths.insert(name, path);
    }
    let chunks = program
        .needs
        .into_iter()
        .map(|(mark, names)| {
            let paths = names.iter().filter_map(|name| paths.get(name).cloned());
            (mark, paths.collect())
        })
        .collect();
    let js = tree.add_hashed(&stem, "js", glue);
    let css = tree.add_hashed(&stem, "css", style);
    let entry = Entry {
        js,
        wasm,
        css,
        chunks,
    };

    let worker = public::add(workspace, &entry, &mut tree)?;
    let build = tree.fingerprint(&worker);
    tree.add("sw.js", worker::script(&worker, &build, &entry, &tree)?);

    if profile == Profile::Release {
        compress::all(&workspace.scratch(profile).join("compressed"), &mut tree)?;
    }
    let assets = Assets::list(build, profile, entry, &tree);
    tree.write(&workspace.site(profile), &assets)?;
    Ok(assets)
}
