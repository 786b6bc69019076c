//! Requests in words: for the dock, for the list of sessions, for whoever listens.

use domain::permission::Permission;

use crate::live::Ask;

/// The question that a request for permission puts.
pub(super) fn title_of(permission: &Permission) -> String {
    match permission.action.as_str() {
        "bash" => "Run a command?".to_owned(),
        "edit" | "write" | "patch" if permission.patterns.len() > 1 => {
            format!("Change {} files?", permission.patterns.len())
        }
        "edit" | "write" | "patch" => "Change a file?".to_owned(),
        "read" => "Read a file?".to_owned(),
        "list" | "glob" | "grep" => "Look through files?".to_owned(),
        "external_directory" => "Work outside the session's folder?".to_owned(),
        "webfetch" => "Fetch a page from the web?".to_owned(),
        "websearch" => "Search the web?".to_owned(),
        "task" => "Start a sub-agent?".to_owned(),
        "skill" => "Use a skill?".to_owned(),
        "doom_loop" => "Go on, although it repeats itself?".to_owned(),
        other => format!("Allow “{}”?", markdown::visible(other)),
    }
}

/// What exactly is asked for.
pub(super) fn subject_of(permission: &Permission) -> String {
    let subject = permission
        .subject
        .clone()
        .unwrap_or_else(|| permission.patterns.join("\n"));
    markdown::visible(&subject).into_owned()
}

/// What is allowed for good, in words that go before its patterns: "use bash".
pub(super) fn doing_of(permission: &Permission) -> String {
    match permission.action.as_str() {
        "external_directory" => "work outside its folder".to_owned(),
        "doom_loop" => "repeat itself".to_owned(),
        other => format!("use {other}"),
    }
}

/// A request in a few words, for a line of the list.
pub(super) fn line_of(ask: &Ask) -> String {
    match ask {
        Ask::Permission(_, permission) => {
            let subject = subject_of(permission);
            let subject = subject.lines().next().unwrap_or_default();
            match permission.action.as_str() {
                "bash" => format!("wants to run {subject}"),
                "edit" | "write" | "patch" => format!("wants to change {subject}"),
                "read" => format!("wants to read {subject}"),
                "webfetch" => format!("wants to fetch {subject}"),
                "external_directory" => format!("wants to work in {subject}"),
                "doom_loop" => format!("repeats itself: {subject}"),
                other => format!("wants to use {} {subject}", markdown::visible(other)),
            }
        }
        Ask::Question(_, question) => match question.items.as_slice() {
            [only] => format!("asks: {}", only.text),
            several => format!("asks {} questions", several.len()),
        },
    }
}

/// A request as it is announced to whoever listens.
pub(super) fn announcement_of(ask: &Ask) -> String {
    match ask {
        Ask::Permission(_, permission) => {
            format!(
                "Permission needed. {} {}",
                title_of(permission),
                subject_of(permission)
            )
        }
        Ask::Question(_, question) if !question.title.is_empty() => question.title.clone(),
        Ask::Question(_, question) => match question.items.as_slice() {
            [only] => format!("The agent asks: {}", only.text),
            several => format!("The agent asks {} questions.", several.len()),
        },
    }
}
