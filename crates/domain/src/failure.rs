//! What went wrong in a turn, in words a person can act on.

use serde::{Deserialize, Serialize};

/// A turn, a message or an admission failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What sort of failure, for the sentence and the next step.
    pub kind: FailureKind,
    /// What the provider or server said, one line, no stack trace.
    pub message: String,
    /// The rest (a stack trace, a body), folded away by the page. At most
    /// [`Failure::DETAIL_MAX_BYTES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Failure {
    /// The longest message, in bytes: it is drawn whole.
    pub const MESSAGE_MAX_BYTES: usize = 1_024;
    /// The longest detail, in bytes: stack traces fit, bodies are cut.
    pub const DETAIL_MAX_BYTES: usize = 8_192;

    /// Whether its turn may go on all the same: a conversation that no longer fits the model
    /// is summed up by OpenCode itself, and then its turn goes on.
    pub fn is_passing(&self) -> bool {
        self.kind == FailureKind::ContextOverflow
    }
}

/// The sorts of failure that lead to different next steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The provider wants other credentials.
    Auth,
    /// The provider refused or failed; `status` is its HTTP status where it gave one.
    Provider {
        /// The provider's HTTP status.
        status: Option<u16>,
    },
    /// Somebody stopped the turn.
    Aborted,
    /// The model's answer hit its limit of length.
    OutputLength,
    /// The conversation no longer fits the model.
    ContextOverflow,
    /// The provider's filter stopped the answer.
    ContentFilter,
    /// Something else, with OpenCode's own name for it.
    Other {
        /// OpenCode's name of the error.
        name: String,
    },
}
