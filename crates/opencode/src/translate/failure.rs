//! Errors into one line a person can read and a detail to fold away. Messages of errors may
//! be stack traces, SQL or JSON; nobody should have to read those first.

use domain::bulk::floor_char;
use domain::failure::{Failure, FailureKind};
use serde_json::Value;

use crate::wire::message::Error;

/// What runtimes say, in words for programmers, where nobody answers.
const UNREACHABLE: [&str; 7] = [
    "Cannot connect to API",
    "Unable to connect",
    "socket connection was closed",
    "fetch failed",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENOTFOUND",
];
/// The same for people.
const CANNOT_BE_REACHED: &str = "The model's provider cannot be reached.";

/// An error.
pub(crate) fn failure(it: Error) -> Failure {
    let status = it.data.status.and_then(|status| u16::try_from(status).ok());
    let kind = match it.name.as_str() {
        "ProviderAuthError" => FailureKind::Auth,
        "APIError" if matches!(status, Some(401 | 403)) => FailureKind::Auth,
        "APIError" => FailureKind::Provider { status },
        "MessageAbortedError" => FailureKind::Aborted,
        "MessageOutputLengthError" => FailureKind::OutputLength,
        "ContextOverflowError" => FailureKind::ContextOverflow,
        "ContentFilterError" => FailureKind::ContentFilter,
        _ => FailureKind::Other { name: it.name },
    };
    let (mut message, rest) = sentence(&it.data.message);
    if message.is_empty() {
        fallback(&kind).clone_into(&mut message);
    }
    let mut detail = rest.unwrap_or_default();
    if let Some(body) = it.data.body.filter(|body| !body.trim().is_empty()) {
        if !detail.is_empty() {
            detail.push('\n');
        }
        detail.push_str(&body);
    }
    Failure {
        kind,
        message,
        detail: (!detail.is_empty()).then(|| bounded(detail)),
    }
}

/// A detail, at most as long as is kept of one.
pub(crate) fn bounded(mut detail: String) -> String {
    detail.truncate(floor_char(&detail, Failure::DETAIL_MAX_BYTES));
    detail
}

/// Splits a message into its sentence and, where there is more to it, all of it.
pub(crate) fn sentence(message: &str) -> (String, Option<String>) {
    let message = message.trim();
    if let Some(inner) = inside_json(message) {
        return (one_line(&inner), Some(message.to_owned()));
    }
    if UNREACHABLE.iter().any(|words| message.contains(words)) {
        return (CANNOT_BE_REACHED.to_owned(), Some(message.to_owned()));
    }
    let line = one_line(message);
    let rest = (line.len() < message.len()).then(|| message.to_owned());
    (line, rest)
}

/// The first line, at most as long as is drawn.
pub(crate) fn one_line(message: &str) -> String {
    let line = message.trim().lines().next().unwrap_or_default().trim_end();
    let end = floor_char(line, Failure::MESSAGE_MAX_BYTES);
    line.get(..end).unwrap_or_default().to_owned()
}

/// The sentence in a message that is JSON.
fn inside_json(message: &str) -> Option<String> {
    if !message.starts_with('{') {
        return None;
    }
    let value: Value = serde_json::from_str(message).ok()?;
    let said = |value: &Value| {
        value
            .get("message")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    said(&value)
        .or_else(|| value.get("error").and_then(said))
        .or_else(|| value.get("data").and_then(said))
        .or_else(|| {
            value
                .get("error")
                .and_then(Value::as_str)
                .map(str::to_owned)
        })
}

/// What to say where nothing was said.
pub(crate) fn fallback(kind: &FailureKind) -> &'static str {
    match kind {
        FailureKind::Auth => "The provider wants other credentials.",
        FailureKind::Provider { .. } => "The provider failed without saying why.",
        FailureKind::Aborted => "Stopped.",
        FailureKind::OutputLength => "The answer reached the model's limit of length.",
        FailureKind::ContextOverflow => "The conversation no longer fits the model.",
        FailureKind::ContentFilter => "The provider's filter stopped the answer.",
        FailureKind::Other { .. } => "OpenCode failed without saying why.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str, kind: &FailureKind, detail: Option<&str>) {
        let failure = failure(serde_json::from_str(json).unwrap());
        assert_eq!(failure.message, expected);
        assert_eq!(failure.kind, *kind);
        assert_eq!(failure.detail.as_deref(), detail);
    }

    #[test]
    fn a_stack_trace_is_folded_behind_its_first_line() {
        let other = FailureKind::Other {
            name: "UnknownError".to_owned(),
        };
        check(
            r#"{"name":"UnknownError","data":{"message":"Model not found: a/b.\n    at run (x.js:1)"}}"#,
            "Model not found: a/b.",
            &other,
            Some("Model not found: a/b.\n    at run (x.js:1)"),
        );
        check(
            r#"{"name":"UnknownError","data":{"message":"Plain."}}"#,
            "Plain.",
            &other,
            None,
        );
    }

    #[test]
    fn a_message_that_is_json_is_read_for_its_sentence() {
        for raw in [
            r#"{"message":"Overloaded","code":1}"#,
            r#"{"error":{"message":"Overloaded"}}"#,
            r#"{"error":"Overloaded"}"#,
        ] {
            assert_eq!(
                sentence(raw),
                ("Overloaded".to_owned(), Some(raw.to_owned()))
            );
        }
        assert_eq!(sentence("{not json").0, "{not json");
    }

    #[test]
    fn a_provider_that_cannot_be_reached_is_told_in_plain_words() {
        let raw = "Cannot connect to API: The socket connection was closed unexpectedly. For more information, pass `verbose: true` in the second argument to fetch()";
        let told = (CANNOT_BE_REACHED.to_owned(), Some(raw.to_owned()));
        assert_eq!(sentence(raw), told);
        assert_eq!(sentence("Overloaded").1, None);
    }

    #[test]
    fn refused_credentials_are_told_apart_from_other_refusals() {
        check(
            r#"{"name":"APIError","data":{"message":"No","statusCode":401,"responseBody":"{}"}}"#,
            "No",
            &FailureKind::Auth,
            Some("{}"),
        );
        check(
            r#"{"name":"APIError","data":{"message":"","statusCode":500}}"#,
            "The provider failed without saying why.",
            &FailureKind::Provider { status: Some(500) },
            None,
        );
    }

    #[test]
    fn a_failure_never_grows_beyond_its_limits() {
        let long = "ä".repeat(100_000);
        let json = serde_json::json!({"name":"X","data":{"message":long,"responseBody":long}});
        let failure = failure(serde_json::from_value(json).unwrap());
        assert!(failure.message.len() <= Failure::MESSAGE_MAX_BYTES);
        assert!(failure.detail.unwrap().len() <= Failure::DETAIL_MAX_BYTES);
    }
}
