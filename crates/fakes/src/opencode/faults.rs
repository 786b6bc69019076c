//! Bad manners.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Who may come with the password, as the real server has it where nothing else is set.
const USER: &str = "opencode";

/// How requests are answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Manner {
    /// As they should be.
    #[default]
    Well,
    /// With a web page and status 200, whatever was asked.
    Html,
    /// With a web page and status 200, but for what it was told to answer: it knows no route.
    Unknowing,
    /// With bytes that call themselves JSON and are not.
    Garbage,
    /// With this status and no body.
    Status(u16),
    /// Not at all: the connection stays open and silent.
    Hang,
}

/// What becomes of a prompt.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Admission {
    /// Its message appears, in the lists and on the stream.
    #[default]
    Admitted,
    /// Its message appears in the lists; the stream does not say so.
    Unsaid,
    /// 204, and then nothing: as with a directory that does not exist.
    Lost,
    /// 204, and then only a `session.error` with this error.
    Failed(Value),
    /// The message appears, but the answer never comes.
    Unanswered,
}

/// All knobs together.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// How requests are answered, the stream's included.
    pub(crate) manner: Manner,
    /// The password that must come along.
    pub(crate) password: Option<String>,
    /// What becomes of prompts.
    pub(crate) admission: Admission,
    /// How long each answer waits.
    pub(crate) delay: std::time::Duration,
    /// Whether streams carry nothing, though they stay open.
    pub(crate) silent: bool,
    /// How many more bytes streams carry before they break, torn wherever that is.
    pub(crate) cut_after: Option<usize>,
    /// Whether a prompt to a session at rest begins a turn, which ends at once.
    pub(crate) turns: bool,
    /// Whether the routes that only a hybrid has are missing.
    pub(crate) old: bool,
}

impl Faults {
    /// Whether who brings this is sent away.
    pub(crate) fn refuses(&self, authorization: Option<&str>) -> bool {
        self.password.as_ref().is_some_and(|password| {
            let right = STANDARD.encode(format!("{USER}:{password}"));
            authorization != Some(&format!("Basic {right}"))
        })
    }
}
