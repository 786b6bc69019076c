//! The one error that crosses to the browser.

use domain::house::ServerFault;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Why a command was not carried out, named for what the page can do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The owner's session has ended: sign in again.
    #[error("You are signed out. Sign in again to go on.")]
    SignedOut,
    /// The request did not come from our own page.
    #[error("This request was refused because it did not come from this page.")]
    Forbidden,
    /// It needs the owner's password once more: ask for it, then repeat the command.
    #[error("Enter your password to go on.")]
    StepUp,
    /// What was asked for is gone.
    #[error("{what} no longer exists.")]
    NotFound {
        /// What, as the beginning of a sentence: "This session".
        what: String,
    },
    /// Somebody else was first.
    #[error("{what}")]
    Conflict {
        /// What happened, as a sentence.
        what: String,
    },
    /// An input is wrong; shown beside the field.
    #[error("{why}")]
    Invalid {
        /// The field's name.
        field: String,
        /// What is wrong, as a sentence.
        why: String,
    },
    /// The OpenCode server cannot be had; try again when it is back.
    #[error("The OpenCode server cannot be reached.")]
    ServerDown {
        /// Why.
        reason: ServerFault,
    },
    /// The OpenCode server refused.
    #[error("OpenCode refused: {why}")]
    Refused {
        /// Why, one line.
        why: String,
    },
    /// Too much at once; try again later.
    #[error("Too many requests. Try again in {seconds} s.")]
    TooMany {
        /// When, in seconds from now.
        seconds: u32,
    },
    /// The command could not be sent or its answer did not arrive: it may have been
    /// carried out. Safe to repeat where it has an id.
    #[error("The connection failed before the answer arrived.")]
    Unsure,
    /// OpenCode took it and has not shown it. Repeated it is looked for and not sent again.
    #[error("OpenCode has not confirmed it yet.")]
    Unconfirmed,
    /// A defect of ours; the log has more under this reference.
    #[error("Something went wrong inside Nexus (reference {reference}).")]
    Internal {
        /// A reference to the log.
        reference: String,
    },
}

impl FromServerFnError for Fault {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // Where the server cannot read the request, the same is wrong with it next time.
            ServerFnErrorErr::Deserialization(why) if cfg!(feature = "ssr") => Fault::Invalid {
                field: String::new(),
                why: format!("This page sent what Nexus cannot read: {why}."),
            },
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => Fault::Unsure,
            ServerFnErrorErr::Args(why) | ServerFnErrorErr::MissingArg(why) => Fault::Invalid {
                field: String::new(),
                why,
            },
            ServerFnErrorErr::Registration(why)
            | ServerFnErrorErr::UnsupportedRequestMethod(why)
            | ServerFnErrorErr::ServerError(why)
            | ServerFnErrorErr::MiddlewareError(why)
            | ServerFnErrorErr::Serialization(why)
            | ServerFnErrorErr::Response(why) => Fault::Internal { reference: why },
        }
    }
}
