//! `docs/ARCHITECTURE.md` is the map: whoever adds a folder writes down what
//! it is for.

use std::collections::BTreeSet;

use crate::none_of;
use crate::tree;

const MAP: &str = "docs/ARCHITECTURE.md";

#[test]
fn the_map_names_every_folder_of_modules() {
    let files = tree::files();
    let map = files
        .iter()
        .find(|file| file.path == MAP)
        .and_then(tree::File::text)
        .expect("there is a map");
    let folders: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.is(&["rs"]))
        .filter_map(|file| {
            file.path
                .split_once("/src/")
                .map(|(crate_folder, inner)| (file, crate_folder, inner))
        })
        .filter_map(|(file, _, inner)| {
            let (folder, _) = inner.rsplit_once('/')?;
            file.path
                .get(..file.path.len() - inner.len() + folder.len())
        })
        .collect();
    let missing: Vec<String> = folders
        .into_iter()
        .filter(|folder| {
            let name = folder.rsplit_once('/').map_or(*folder, |(_, name)| name);
            !map.contains(&format!("{name}/"))
        })
        .map(|folder| format!("{folder}/"))
        .collect();
    none_of(&format!("folders that {MAP} does not name"), &missing);
}

#[test]
fn the_map_names_every_crate() {
    let files = tree::files();
    let map = files
        .iter()
        .find(|file| file.path == MAP)
        .and_then(tree::File::text)
        .expect("there is a map");
    let missing: Vec<String> = files
        .iter()
        .filter_map(|file| file.path.strip_suffix("/Cargo.toml"))
        .filter(|folder| !map.contains(&format!("`{folder}`")))
        .map(str::to_owned)
        .collect();
    none_of(&format!("crates that {MAP} does not name"), &missing);
}
