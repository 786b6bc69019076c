//! What the answers about a session come to. Pure.

use domain::id::{Directory, SessionId};
use serde::Deserialize as _;

use super::notes::{Found, Judged};
use super::reply::{Came, Reply, at, names, word};
use super::scratch::{LOOKED_AT, TITLE};
use crate::fault::CallFault;
use crate::v2::wire::session::Session;

pub(super) fn created(made: &Reply, id: &SessionId, place: &Directory) -> Judged {
    let made = made.came()?;
    let same = made.is_success()
        && made.at("/data/id") == id.as_str()
        && made.at("/data/title") == TITLE
        && made.at("/data/location/directory") == place.as_str()
        && Session::deserialize(made.at("/data")).is_ok();
    Ok(Found::judged(same, session_in(made)))
}

pub(super) fn adopted(again: &Reply, id: &SessionId) -> Judged {
    let again = again.came()?;
    let its_own = again.at("/data/id") == id.as_str();
    let same = again.is_success() && its_own && again.at("/data/title") == TITLE;
    Ok(Found::judged(same, session_in(again)))
}

pub(super) fn refused(reply: &Reply) -> Judged {
    let came = reply.came()?;
    Ok(Found::judged(came.is(400), came.said()))
}

/// Whether a change was taken, and a read shows it.
pub(super) fn changed(change: &Reply, read: &Reply, pointer: &str, to: &str) -> Judged {
    let (change, read) = (change.came()?, read.came()?);
    let there = read.at(pointer) == to;
    let shows = if there {
        "it shows"
    } else {
        "it does not show"
    };
    let same = change.is_success() && there;
    Ok(Found::judged(same, format!("{}, {shows}", change.said())))
}

pub(super) fn replaced(first: &Reply, second: &Reply, session: &Reply) -> Judged {
    let (first, second) = (first.came()?, second.came()?);
    let left = session.came()?.at("/data/metadata");
    let same = first.is_success()
        && second.is_success()
        && left.get("first").is_none()
        && *at(left, "/second") == "2";
    Ok(Found::judged(
        same,
        format!("{}, {}", second.said(), names(left)),
    ))
}

/// The cursor to what comes next.
pub(super) fn next_in(page: &Reply) -> Option<String> {
    let next = page.came().ok()?.at("/cursor/next").as_str()?;
    Some(next.to_owned())
}

pub(super) fn pages(one: &Reply, two: &Reply) -> Judged {
    let (one, two) = (one.came()?, two.came()?);
    let next = one.at("/cursor/next").is_string();
    let (first, second) = (one.list("/data"), two.list("/data"));
    let first_id = first.first().map(|it| at(it, "/id"));
    let another = second
        .first()
        .is_none_or(|it| Some(at(it, "/id")) != first_id);
    let same = first.len() == 1 && next && two.is_success() && second.len() <= 1 && another;
    let said = format!(
        "{} with {} and {}, then {} with {}{}",
        one.status,
        first.len(),
        if next { "a cursor" } else { "no cursor" },
        two.said(),
        second.len(),
        if another { "" } else { ", the same" },
    );
    Ok(Found::judged(same, said))
}

pub(super) fn listed(page: &Reply, id: &SessionId) -> Judged {
    let page = page.came()?;
    let list = page.list("/data");
    let read = list.iter().filter(|it| Session::deserialize(*it).is_ok());
    let (read, all) = (read.count(), list.len());
    let ours = list.iter().any(|it| *at(it, "/id") == id.as_str());
    let with = if ours { "with ours" } else { "without ours" };
    let said = format!("{}, {read} of {all} can be read, {with}", page.said());
    Ok(Found::judged(
        page.is_success() && read == all && ours,
        said,
    ))
}

pub(super) fn only_choices(rows: &Reply) -> Judged {
    let came = rows.came()?;
    let kinds = came.list("/data").iter();
    let kinds: Vec<String> = kinds
        .map(|it| word(at(it, "/type").as_str().unwrap_or_default()))
        .collect();
    let chosen = kinds.iter().all(|it| it.ends_with("-switched"));
    let same = came.is_success() && came.at("/data").is_array() && chosen;
    Ok(Found::judged(
        same,
        format!("{} [{}]", came.said(), kinds.join(" ")),
    ))
}

pub(super) fn idle(active: &Reply, id: &SessionId) -> Judged {
    let active = active.came()?;
    let runs = active.at("/data").get(id.as_str()).is_some();
    let with = if runs { "with ours" } else { "without ours" };
    let same = active.at("/data").is_object() && !runs;
    Ok(Found::judged(same, format!("{} {with}", active.status)))
}

pub(super) fn looked_at(viewed: &Reply, session: &Reply) -> Judged {
    let (viewed, session) = (viewed.came()?, session.came()?);
    let time = session.at("/data/time");
    let same = viewed.is_success() && *at(time, "/viewed") == LOOKED_AT;
    let said = format!("{}, time {}", viewed.said(), names(time));
    Ok(Found::judged(same, said))
}

pub(super) fn nothing_changed(diff: &Reply) -> Judged {
    let came = diff.came()?;
    let list = if came.json().is_array() { "" } else { "/data" };
    let empty = came.is_success() && came.at(list).is_array() && came.list(list).is_empty();
    Ok(Found::judged(empty || came.is(404), came.said()))
}

/// The log's word for the number of the last event, beside the largest that was heard.
pub(super) fn at_the_head(head: Result<Option<u64>, CallFault>, last: Option<u64>) -> Found {
    match (head, last) {
        (Err(fault), _) => Found::Other(format!("no number: {fault}")),
        (Ok(None), _) => Found::Other("no number".to_owned()),
        (Ok(Some(head)), Some(last)) => {
            Found::judged(head == last, format!("{head}, heard {last}"))
        }
        (Ok(Some(head)), None) => Found::Open(format!("{head}, none heard")),
    }
}

pub(super) fn copy_of(copied: &Reply, id: &SessionId) -> Judged {
    let came = copied.came()?;
    let copy = came.at("/data");
    let linked = *at(copy, "/fork/sessionID") == id.as_str();
    let noted = *at(copy, "/metadata/second") == "2";
    let said = format!(
        "{} {}, fork {}, metadata {}",
        came.status,
        names(copy),
        names(at(copy, "/fork")),
        names(at(copy, "/metadata")),
    );
    Ok(Found::judged(
        linked && at(copy, "/parentID").is_null() && noted,
        said,
    ))
}

pub(super) fn conflict(parked: &Reply) -> Judged {
    let came = parked.came()?;
    Ok(Found::judged(came.is(409), came.said()))
}

pub(super) fn gone(removed: &Reply, after: &Reply) -> Judged {
    let (removed, after) = (removed.came()?, after.came()?);
    let same = removed.is_success() && after.refuses(404, "SessionNotFoundError");
    Ok(Found::judged(
        same,
        format!("{}, then {}", removed.said(), after.said()),
    ))
}

/// What a session looks like, or what came in its place.
fn session_in(came: &Came) -> String {
    let session = came.at("/data");
    if came.is_success() && session.is_object() {
        format!("{} {}", came.status, names(session))
    } else {
        came.said()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::reply::Body;
    use super::*;

    fn came(status: u16, body: Value) -> Reply {
        let body = Body::Json(body);
        Reply::Came(Came { status, body })
    }

    fn done() -> Reply {
        Reply::Came(Came {
            status: 204,
            body: Body::Empty,
        })
    }

    fn is_same(judged: &Judged) -> bool {
        matches!(judged, Ok(Found::Same(_)))
    }

    #[test]
    fn a_session_that_was_made_anew_was_not_adopted() {
        let id = SessionId::new("ses_1");
        let one =
            |id: &str, title: &str| came(200, json!({ "data": { "id": id, "title": title } }));
        assert!(is_same(&adopted(&one("ses_1", TITLE), &id)));
        assert!(!is_same(&adopted(&one("ses_2", TITLE), &id)));
        assert!(!is_same(&adopted(&one("ses_1", "Another"), &id)));
        let refusal = came(409, json!({ "_tag": "ConflictError" }));
        let found = adopted(&refusal, &id);
        assert_eq!(found, Ok(Found::Other("409 ConflictError".to_owned())));
    }

    #[test]
    fn metadata_that_are_merged_differ() {
        let of = |metadata| came(200, json!({ "data": { "metadata": metadata } }));
        let judged = |metadata| replaced(&done(), &done(), &of(metadata));
        assert!(is_same(&judged(json!({ "second": "2" }))));
        let merged = judged(json!({ "first": "1", "second": "2" }));
        let said = "204 without a body, {first, second}".to_owned();
        assert_eq!(merged, Ok(Found::Other(said)));
    }

    #[test]
    fn a_limit_that_a_cursor_ignores_differs() {
        let page = |ids: &[&str]| {
            let data: Value = ids.iter().map(|id| json!({ "id": id })).collect();
            came(200, json!({ "data": data, "cursor": { "next": "n" } }))
        };
        assert!(is_same(&pages(&page(&["a"]), &page(&["b"]))));
        assert!(is_same(&pages(&page(&["a"]), &page(&[]))));
        assert!(!is_same(&pages(&page(&["a"]), &page(&["b", "c"]))));
        assert!(!is_same(&pages(&page(&["a"]), &page(&["a"]))));
        assert!(!is_same(&pages(
            &came(200, json!({ "data": ["a"] })),
            &page(&["b"])
        )));
    }

    #[test]
    fn the_head_is_that_of_the_last_event_heard() {
        assert!(is_same(&Ok(at_the_head(Ok(Some(4)), Some(4)))));
        assert!(!is_same(&Ok(at_the_head(Ok(Some(4)), Some(3)))));
        assert!(matches!(at_the_head(Ok(Some(4)), None), Found::Open(_)));
        let none = at_the_head(Err(CallFault::NotFound), Some(4));
        assert_eq!(none, Found::Other("no number: not found".to_owned()));
    }

    #[test]
    fn rows_of_choices_are_no_messages() {
        let rows = |kinds: &[&str]| {
            let data: Value = kinds.iter().map(|it| json!({ "type": it })).collect();
            came(200, json!({ "data": data }))
        };
        assert!(is_same(&only_choices(&rows(&[]))));
        assert!(is_same(&only_choices(&rows(&["model-switched"]))));
        assert!(!is_same(&only_choices(&rows(&[
            "model-switched",
            "assistant"
        ]))));
    }
}
