//! What a file is, by the end of its name.

use serde::{Deserialize, Serialize};

/// How long a browser may keep a file without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Keep {
    /// For ever: its name changes with its content.
    Immutable,
    /// A day: an icon that may change, but need not at once.
    Day,
    /// Not without asking: the worker, the shell, the web manifest.
    Revalidate,
}

/// What we know of a kind of file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Media {
    /// Its Content-Type.
    pub(crate) content_type: &'static str,
    /// Whether compressing it is worth the while.
    pub(crate) compressible: bool,
}

/// The kind of a file of this name.
pub(crate) fn of(name: &str) -> Media {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let (content_type, compressible) = match end {
        "js" => ("text/javascript; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "css" => ("text/css; charset=utf-8", true),
        "html" => ("text/html; charset=utf-8", true),
        "svg" => ("image/svg+xml", true),
        "webmanifest" => ("application/manifest+json", true),
        "json" => ("application/json", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "png" => ("image/png", false),
        "ico" => ("image/x-icon", false),
        "woff2" => ("font/woff2", false),
        _ => ("application/octet-stream", false),
    };
    Media {
        content_type,
        compressible,
    }
}

/// How long a file that is not named by its hash may be kept.
pub(crate) fn keep(name: &str) -> Keep {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    match end {
        "svg" | "png" | "ico" => Keep::Day,
        _ => Keep::Revalidate,
    }
}
