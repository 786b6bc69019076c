//! The service worker with its list: which files it may keep, and the hash
//! each must have.

use serde::Serialize;

use super::assets::Entry;
use super::fingerprint;
use super::media::Keep;
use super::public::SHELL_PATH;
use super::tree::Tree;
use crate::fault::Fault;

/// What stands in the source where the list belongs.
const MARK: &str = "{ id: \"\", shell: \"\", files: [] }";

#[derive(Serialize)]
struct Build<'a> {
    id: &'a str,
    shell: &'a str,
    files: Vec<Kept<'a>>,
}

#[derive(Serialize)]
struct Kept<'a> {
    path: &'a str,
    integrity: String,
    /// Whether it is kept only when a page asks for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    later: bool,
}

/// Fills the list into the source.
pub(crate) fn script(
    source: &str,
    build: &str,
    entry: &Entry,
    tree: &Tree,
) -> Result<Vec<u8>, Fault> {
    if source.matches(MARK).count() != 1 {
        return Err(Fault::Data(format!(
            "The service worker must hold `{MARK}` exactly once, for the build to fill in."
        )));
    }
    let files = tree
        .leaves()
        .filter(|(_, leaf)| leaf.keep == Keep::Immutable || leaf.path == SHELL_PATH)
        .map(|(_, leaf)| Kept {
            path: &leaf.path,
            integrity: fingerprint::integrity(&leaf.bytes),
            later: entry
                .chunks
                .values()
                .flatten()
                .any(|path| *path == leaf.path),
        })
        .collect();
    let list = serde_json::to_string(&Build {
        id: build,
        shell: SHELL_PATH,
        files,
    })
    .map_err(|error| {
        Fault::Data(format!(
            "The service worker's list could not be written: {error}."
        ))
    })?;
    Ok(source.replace(MARK, &list).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(chunk: &str) -> Entry {
        let chunks = [("rare".to_owned(), vec![chunk.to_owned()])];
        Entry {
            js: String::new(),
            wasm: String::new(),
            css: String::new(),
            chunks: chunks.into(),
        }
    }

    fn tree() -> Tree {
        let mut tree = Tree::default();
        tree.add_hashed("pkg/nexus", "js", b"program".to_vec());
        tree.add_at("offline.html", SHELL_PATH.to_owned(), b"shell".to_vec());
        tree.add("icon.svg", b"icon".to_vec());
        tree
    }

    #[test]
    fn the_worker_keeps_hashed_files_and_the_shell_and_nothing_else() {
        let source = format!("const BUILD = {MARK};");
        let script = script(&source, "abc", &entry(""), &tree()).expect("filled in");
        let script = String::from_utf8(script).expect("text");
        assert!(
            script.starts_with(
                r#"const BUILD = {"id":"abc","shell":"/offline","files":[{"path":"/offline""#
            ),
            "{script}"
        );
        assert!(script.contains(r#"{"path":"/pkg/nexus."#), "{script}");
        assert!(!script.contains("icon.svg"), "{script}");
    }

    #[test]
    fn what_comes_later_is_not_fetched_when_the_worker_is_installed() {
        let mut tree = tree();
        let chunk = tree.add_hashed("pkg/nexus-rare", "wasm", b"rare".to_vec());
        let source = format!("const BUILD = {MARK};");
        let script = script(&source, "abc", &entry(&chunk), &tree).expect("filled in");
        let script = String::from_utf8(script).expect("text");
        assert_eq!(script.matches(r#""later":true"#).count(), 1, "{script}");
    }

    #[test]
    fn a_worker_without_its_mark_is_refused() {
        assert!(script("const BUILD = {};", "abc", &entry(""), &tree()).is_err());
    }
}
