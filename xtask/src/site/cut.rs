//! Cuts the compiled program where the source marks it, so that a first visit
//! fetches only what it draws.
//!
//! The compiled program must carry its relocations: they say which function
//! needs which, and which bytes of data.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, transform};

use crate::fault::Fault;

/// The module that loads the chunks, beside the program's JavaScript, which
/// imports it.
const LOADER: &str = "./__wasm_split.js";

/// The parts of a program.
#[derive(Debug)]
pub(super) struct Parts {
    /// What every page begins with, for wasm-bindgen.
    pub(super) first: PathBuf,
    /// The others, each a module of its own, by the name that the loader has.
    pub(super) chunks: Vec<PathBuf>,
    /// The names of the modules that a mark's code needs, by the mark.
    pub(super) needs: BTreeMap<String, Vec<String>>,
}

impl Parts {
    /// The program in one piece.
    pub(super) fn whole(compiled: &Path) -> Self {
        Self {
            first: compiled.to_path_buf(),
            chunks: Vec::new(),
            needs: BTreeMap::new(),
        }
    }
}

/// The program's JavaScript with a chunk's real name in place of its plain one;
/// both lie in one folder.
pub(super) fn renamed(glue: Vec<u8>, plain: &str, path: &str) -> Result<Vec<u8>, Fault> {
    let plain = format!("\"./{plain}.wasm\"");
    let glue = String::from_utf8(glue)
        .map_err(|_| Fault::Data("The program's JavaScript is not text.".to_owned()))?;
    if glue.matches(&plain).count() != 1 {
        return Err(Fault::Data(format!(
            "The program's JavaScript must name {plain} exactly once."
        )));
    }
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    Ok(glue.replace(&plain, &format!("\"./{name}\"")).into_bytes())
}

/// Cuts the program into `folder`, where wasm-bindgen will write `name`.js.
pub(super) fn cut(compiled: &Path, folder: &Path, name: &str) -> Result<Parts, String> {
    let text = |error: &dyn std::fmt::Display| format!("{error:#}");
    fs::create_dir_all(folder).map_err(|error| text(&error))?;
    let program = fs::read(compiled).map_err(|error| text(&error))?;
    let first = folder.join("first.wasm");
    let glue = format!("./{name}.js");
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.link_name = LOADER;
    options.main_module = &glue;
    let split = transform(options).map_err(|error| text(&error))?;
    let mut chunks = split.split_modules;
    chunks.retain(|chunk| {
        // What is empty has no loader.
        let stem = chunk.file_stem().unwrap_or_default().to_string_lossy();
        split
            .prefetch_map
            .values()
            .flatten()
            .any(|needed| *needed == stem)
    });
    chunks.sort();
    Ok(Parts {
        first,
        chunks,
        needs: split.prefetch_map.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_named_once_and_by_its_hash() {
        let glue = br#"fetch(new URL("./split_rare.wasm",import.meta.url))"#.to_vec();
        let path = "/pkg/nexus-split_rare.1.wasm";
        let glue = renamed(glue, "split_rare", path).expect("named");
        let text = String::from_utf8(glue.clone()).expect("text");
        assert!(text.contains(r#""./nexus-split_rare.1.wasm""#), "{text}");
        assert!(renamed(glue, "split_rare", path).is_err());
    }
}
