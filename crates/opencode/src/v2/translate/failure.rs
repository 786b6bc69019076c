//! Errors.

use domain::failure::{Failure, FailureKind};

use super::super::wire::Failed;
use crate::translate::failure::{fallback, sentence};
use crate::translate::tool::cut;

/// What stands for a turn that the owner stopped.
const ABORTED: &str = "aborted";

/// An error. The types are those of others' captures \[C\]: `aborted`,
/// `permission.rejected`, `tool.execution`, `provider.auth`, `unknown`; what other families
/// there are is not known \[?\].
pub(in crate::v2) fn failure(it: Failed) -> Failure {
    let kind = match it.kind.as_str() {
        ABORTED => FailureKind::Aborted,
        "provider.auth" => FailureKind::Auth,
        provider if provider.starts_with("provider.") => FailureKind::Provider { status: None },
        _ => FailureKind::Other { name: it.kind },
    };
    let (mut message, detail) = sentence(&it.message);
    if message.is_empty() {
        fallback(&kind).clone_into(&mut message);
    }
    Failure {
        kind,
        message,
        detail: detail.map(|detail| cut(&detail, Failure::DETAIL_MAX_BYTES)),
    }
}

/// Whether this is the error of what was stopped.
pub(in crate::v2) fn is_aborted(it: &Failed) -> bool {
    it.kind == ABORTED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_by_its_type_and_in_one_line() {
        let of = |kind: &str, message: &str| {
            failure(Failed {
                kind: kind.to_owned(),
                message: message.to_owned(),
            })
        };
        assert_eq!(of("aborted", "").kind, FailureKind::Aborted);
        assert_eq!(of("aborted", "").message, "Stopped.");
        assert_eq!(of("provider.auth", "No key\nat x").message, "No key");
        assert_eq!(of("provider.auth", "No key").kind, FailureKind::Auth);
        assert_eq!(
            of("provider.overloaded", "").kind,
            FailureKind::Provider { status: None }
        );
        let other = FailureKind::Other {
            name: "tool.execution".to_owned(),
        };
        assert_eq!(of("tool.execution", "x").kind, other);
    }
}
