//! The bodies of refusals: two families of shapes, told apart by `name` and `_tag`.

use serde::Deserialize;

/// What a refused call is answered with.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Refusal {
    #[serde(rename = "_tag")]
    tag: Option<String>,
    name: Option<String>,
    message: Option<String>,
    data: Option<Data>,
}

#[derive(Debug, Deserialize)]
struct Data {
    message: Option<String>,
}

impl Refusal {
    /// Whether the session was busy.
    pub(crate) fn is_busy(&self) -> bool {
        self.tag.as_deref() == Some("SessionBusyError")
    }

    /// The reason, or failing that the name of the refusal.
    pub(crate) fn message(&self) -> Option<&str> {
        self.data
            .as_ref()
            .and_then(|data| data.message.as_deref())
            .or(self.message.as_deref())
            .or(self.name.as_deref())
            .or(self.tag.as_deref())
    }
}
