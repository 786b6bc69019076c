//! The files the browser gets: what the build left in `target/site`, inside the executable,
//! compressed beforehand. A debug build reads them while it runs, from a folder of its own.
//! Their list, `assets.json`, is the build's; see `xtask`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rust_embed::RustEmbed;
use serde::Deserialize;

/// The list's name.
const LIST: &str = "assets.json";

#[derive(RustEmbed)]
#[cfg_attr(debug_assertions, folder = "$CARGO_MANIFEST_DIR/../target/site-debug/")]
#[cfg_attr(not(debug_assertions), folder = "$CARGO_MANIFEST_DIR/../target/site/")]
// A server that was compiled before the site is a whole program, only without pages.
#[allow_missing = true]
struct Embedded;

/// All files.
#[derive(Debug, Default)]
pub struct Site {
    /// Which build they are of; empty where there is none.
    pub build: String,
    /// The paths that a page must know; none where there is no build.
    pub entry: Option<Entry>,
    files: BTreeMap<String, File>,
}

/// The paths that go into a page's head.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// The JavaScript around the program.
    pub js: String,
    /// The program.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
    /// What comes later: the paths of the modules that a part needs, by its name.
    #[serde(default)]
    pub chunks: BTreeMap<String, Vec<String>>,
}

/// One file.
#[derive(Debug)]
pub struct File {
    keep: Keep,
    content_type: HeaderValue,
    tag: HeaderValue,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Keep {
    Immutable,
    Day,
    Revalidate,
}

#[derive(Deserialize)]
struct List {
    build: String,
    entry: Entry,
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
    file: String,
    keep: Keep,
    #[serde(rename = "type")]
    content_type: String,
    sha256: String,
    br: Option<usize>,
    gz: Option<usize>,
}

/// Why the site cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The list cannot be read.
    #[error("the list of the site's files cannot be read: {0}")]
    List(#[from] serde_json::Error),
    /// A listed file is missing.
    #[error("the site's file {0} is missing: build it again with `cargo xtask dist`")]
    Missing(String),
    /// A listed content type or hash is no header.
    #[error("the site's file {0} is listed wrongly")]
    Header(String),
}

impl Site {
    /// The site inside this executable.
    pub fn embedded() -> Result<Self, SiteError> {
        Self::read(|name| Embedded::get(name).map(|file| file.data))
    }

    /// The site whose files `get` gives by name.
    pub fn read<F>(get: F) -> Result<Self, SiteError>
    where
        F: Fn(&str) -> Option<Cow<'static, [u8]>>,
    {
        let Some(list) = get(LIST) else {
            return Ok(Self::default());
        };
        let list: List = serde_json::from_slice(&list)?;
        let bytes = |name: String| match get(&name) {
            Some(Cow::Borrowed(bytes)) => Ok(Bytes::from_static(bytes)),
            Some(Cow::Owned(bytes)) => Ok(Bytes::from(bytes)),
            None => Err(SiteError::Missing(name)),
        };
        let mut files = BTreeMap::new();
        for listed in list.files {
            let header = |text: &str| {
                HeaderValue::from_str(text).map_err(|_| SiteError::Header(listed.file.clone()))
            };
            let also = |is: Option<usize>, end: &str| {
                is.map(|_| bytes(format!("{}.{end}", listed.file)))
                    .transpose()
            };
            let file = File {
                keep: listed.keep,
                content_type: header(&listed.content_type)?,
                tag: header(&format!("\"{}\"", listed.sha256))?,
                brotli: also(listed.br, "br")?,
                gzip: also(listed.gz, "gz")?,
                plain: bytes(listed.file.clone())?,
            };
            files.insert(listed.path, file);
        }
        Ok(Self {
            build: list.build,
            entry: Some(list.entry),
            files,
        })
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl File {
    /// Answers with the file, in the smallest form that the browser reads.
    pub fn answer(&self, request: &HeaderMap) -> Response {
        let known = request
            .get(header::IF_NONE_MATCH)
            .is_some_and(|known| *known == self.tag);
        let (encoding, bytes) = match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(request, "br") => (Some("br"), brotli),
            (_, Some(gzip)) if accepts(request, "gzip") => (Some("gzip"), gzip),
            _ => (None, &self.plain),
        };
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Body::from(bytes.clone()).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, self.content_type.clone());
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(self.keep.header()),
        );
        if let (Some(encoding), false) = (encoding, known) {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

impl Keep {
    fn header(self) -> &'static str {
        match self {
            Keep::Immutable => "public, max-age=31536000, immutable",
            Keep::Day => "public, max-age=86400",
            Keep::Revalidate => "no-cache",
        }
    }
}

/// Whether the browser reads this encoding. A weight of 0 means that it does not.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            let refused = weight
                .trim()
                .strip_prefix("q=")
                .is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight == 0.0));
            name.trim().eq_ignore_ascii_case(encoding) && !refused
        })
}
