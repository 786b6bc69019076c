//! What went wrong, in the pages' words.

use app::fault::Fault;
use domain::session::SEARCH_MAX_CHARS;
use domain::sync::WindowFault;
use opencode::CallFault;

use crate::connections::ConnectionFault;
use crate::random;
use crate::relay::answers::{First, Reply, Verdict};
use crate::relay::creations::CreationFault;
use crate::relay::handle::Relay;
use crate::relay::hub::{Hub, StreamFault};
use crate::relay::prompts::PromptFault;
use crate::relay::steering::SteeringFault;

/// After how long a stream that is busy may be told something again.
const STREAM_BUSY_SECONDS: u32 = 1;

/// After how long a connection may be tried where too many were tried at once.
const TRY_BUSY_SECONDS: u32 = 5;

pub(super) fn no_server() -> Fault {
    gone("This server")
}

fn gone(what: &str) -> Fault {
    Fault::NotFound {
        what: what.to_owned(),
    }
}

/// Somebody was first, or nobody waits any more.
pub(super) fn answered(first: Option<&First>, by: &Reply) -> Fault {
    let what = match first {
        Some(First::Device(first) | First::Answering(first)) => {
            let who = if first.session == by.session {
                "Another window of this browser"
            } else {
                first.name.as_str()
            };
            let what = match first.verdict {
                Verdict::Allowed => "allowed it once",
                Verdict::Always => "allowed it for good",
                Verdict::Denied => "denied it",
                Verdict::Answered(_) => "answered it",
                Verdict::Skipped => "skipped it",
            };
            format!("{who} was first and {what}.")
        }
        Some(First::Elsewhere) => {
            "This was already answered elsewhere: in OpenCode itself, or by an earlier answer that covered it."
                .to_owned()
        }
        Some(First::Unsure) => {
            "Nobody waits for this answer any more. An answer from here may have arrived or not: the conversation shows what came of it."
                .to_owned()
        }
        None => "Nobody waits for this answer any more: the turn has ended.".to_owned(),
    };
    Fault::Conflict { what }
}

pub(super) fn long_query() -> Fault {
    Fault::Invalid {
        field: "query".to_owned(),
        why: "This is too long to be looked for.".to_owned(),
    }
}

/// A defect of ours; log and answer share a reference.
fn internal(error: &dyn std::fmt::Display) -> Fault {
    let reference = format!("{:08x}", u32::from_le_bytes(random::bytes()));
    tracing::error!(%reference, %error, "a command failed");
    Fault::Internal { reference }
}

pub(super) fn call(what: &str, fault: CallFault) -> Fault {
    match fault {
        CallFault::Down(reason) => Fault::ServerDown { reason },
        CallFault::NotFound => gone(what),
        CallFault::Busy => Fault::Conflict {
            what: "The session is busy.".to_owned(),
        },
        CallFault::Refused { why, .. } => Fault::Refused { why },
        CallFault::Unsupported => Fault::Refused {
            why: "this server has no way to do it.".to_owned(),
        },
    }
}

pub(super) fn prompt(fault: PromptFault) -> Fault {
    match fault {
        PromptFault::Down(reason) => Fault::ServerDown { reason },
        PromptFault::NoSession => gone("This session"),
        PromptFault::Refused(why) => Fault::Refused { why },
        PromptFault::Unconfirmed => Fault::Unconfirmed,
        PromptFault::Store(error) => internal(&error),
        PromptFault::Ending => Fault::Unsure,
    }
}

pub(super) fn creation(fault: CreationFault) -> Fault {
    match fault {
        CreationFault::Down(reason) => Fault::ServerDown { reason },
        CreationFault::NoDirectory => gone("This folder"),
        CreationFault::NoSession => gone("This session"),
        CreationFault::Refused(why) => Fault::Refused { why },
        CreationFault::Store(error) => internal(&error),
        CreationFault::Ending => Fault::Unsure,
    }
}

pub(super) fn steering(fault: SteeringFault) -> Fault {
    let conflict = |what: &str| Fault::Conflict {
        what: what.to_owned(),
    };
    match fault {
        SteeringFault::Call(CallFault::Busy) => {
            conflict("The agent is at work. Wait until its turn has ended, or stop it.")
        }
        SteeringFault::Call(fault) => call("This session", fault),
        SteeringFault::NoMessage => gone("This message"),
        SteeringFault::Leaving => conflict("This session is being deleted already."),
        SteeringFault::TooLate => conflict("It is too late: the session is deleted."),
        SteeringFault::Store(error) => internal(&error),
        SteeringFault::Ending => Fault::Unsure,
    }
}

pub(super) fn long_search() -> Fault {
    Fault::Invalid {
        field: "search".to_owned(),
        why: format!("A search has at most {SEARCH_MAX_CHARS} characters."),
    }
}

pub(super) fn connection(fault: ConnectionFault) -> Fault {
    match fault {
        ConnectionFault::NotFound => no_server(),
        ConnectionFault::Address(why) => Fault::Invalid {
            field: "address".to_owned(),
            why: why.to_string(),
        },
        ConnectionFault::Field(field, why) => Fault::Invalid {
            field: field.to_owned(),
            why,
        },
        ConnectionFault::Busy => Fault::TooMany {
            seconds: TRY_BUSY_SECONDS,
        },
        ConnectionFault::Down(reason) => Fault::ServerDown { reason },
        ConnectionFault::Store(error) => internal(&error),
    }
}

pub(super) fn stream(fault: StreamFault) -> Fault {
    match fault {
        StreamFault::Gone => gone("This stream"),
        StreamFault::Busy => Fault::TooMany {
            seconds: STREAM_BUSY_SECONDS,
        },
    }
}

pub(super) fn window(why: WindowFault, relay: &Relay, hub: &Hub) -> Fault {
    match why {
        WindowFault::NotFound => gone("This conversation"),
        WindowFault::Unreachable => {
            let link = hub.house().server(relay.server()).map(|it| it.link);
            Fault::ServerDown {
                reason: relay.down(link.as_ref()),
            }
        }
    }
}
