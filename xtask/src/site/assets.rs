//! `assets.json`: the list of the site's files that the server embeds and
//! reads at its start. The server and this program agree on nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fingerprint;
use super::media::{self, Keep};
use super::tree::Tree;
use crate::workspace::Profile;

/// The list's name in the site's root. It is not served.
pub(crate) const ASSETS_FILE: &str = "assets.json";

/// The list.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Assets {
    /// One hash over everything: two pages of the same build can talk.
    pub(crate) build: String,
    /// `debug` or `release`.
    pub(crate) profile: String,
    /// The paths a page must know.
    pub(crate) entry: Entry,
    /// Every file, in order of its name.
    pub(crate) files: Vec<Asset>,
}

/// The paths that go into a page's head.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The JavaScript around the program; its default export starts it.
    pub(crate) js: String,
    /// The program.
    pub(crate) wasm: String,
    /// The style sheet.
    pub(crate) css: String,
    /// What comes later: the paths of the modules that a part needs, by its
    /// name. None where the program was not cut.
    pub(crate) chunks: BTreeMap<String, Vec<String>>,
}

/// One file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Asset {
    /// The path it is served at.
    pub(crate) path: String,
    /// Its name under the site's root; with `.br` and `.gz` after it for the
    /// compressed forms.
    pub(crate) file: String,
    /// Whether the name carries the content's hash.
    pub(crate) hashed: bool,
    /// How long a browser may keep it.
    pub(crate) keep: Keep,
    /// Its Content-Type.
    #[serde(rename = "type")]
    pub(crate) content_type: String,
    /// SHA-256 of the content, in hexadecimal; good as an `ETag`.
    pub(crate) sha256: String,
    /// Bytes as it is.
    pub(crate) bytes: usize,
    /// Bytes in brotli, where there is such a form.
    pub(crate) br: Option<usize>,
    /// Bytes in gzip, where there is such a form.
    pub(crate) gz: Option<usize>,
}

impl Assets {
    /// Lists a tree.
    pub(crate) fn list(build: String, profile: Profile, entry: Entry, tree: &Tree) -> Self {
        let files = tree
            .leaves()
            .map(|(file, leaf)| Asset {
                path: leaf.path.clone(),
                file: file.to_owned(),
                hashed: leaf.keep == Keep::Immutable,
                keep: leaf.keep,
                content_type: media::of(file).content_type.to_owned(),
                sha256: fingerprint::hex(&leaf.bytes),
                bytes: leaf.bytes.len(),
                br: leaf.brotli.as_ref().map(Vec::len),
                gz: leaf.gzip.as_ref().map(Vec::len),
            })
            .collect();
        Self {
            build,
            profile: profile.name().to_owned(),
            entry,
            files,
        }
    }

    /// As it is written.
    pub(crate) fn to_json(&self) -> String {
        // Serialising strings and numbers into a string has no way to fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The file served at this path.
    pub(crate) fn at(&self, path: &str) -> Option<&Asset> {
        self.files.iter().find(|asset| asset.path == path)
    }
}
