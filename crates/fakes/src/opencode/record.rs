//! What was asked.

use serde_json::Value;

/// A request that came.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// `GET`, `POST` …
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it came; empty where there was none.
    pub query: String,
    /// The directory it was about, by header or query.
    pub directory: Option<String>,
    /// What it brought to show who it is, as it came: user and password, right or wrong.
    pub authorization: Option<String>,
    /// The `User-Agent`.
    pub agent: String,
    /// The body; `null` where it was none or no JSON.
    pub body: Value,
}

impl Recorded {
    /// Whether this is `method` of `path`. A `*` in `path` stands for one segment.
    pub fn is(&self, method: &str, path: &str) -> bool {
        let (mut own, mut asked) = (self.path.split('/'), path.split('/'));
        self.method == method
            && loop {
                match (own.next(), asked.next()) {
                    (None, None) => break true,
                    (Some(own), Some(asked)) if asked == "*" || own == asked => {}
                    _ => break false,
                }
            }
    }
}
