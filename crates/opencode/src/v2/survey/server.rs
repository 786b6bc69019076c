//! The server as a whole: what it says of itself, whom it answers, what its document names.

use std::collections::BTreeSet;

use super::super::Generation;
use super::super::route::Route;
use super::Asker;
use super::notes::{Found, Judged, Notes, Question};
use super::reply::{Came, Reply};
use crate::client::Client;
use crate::probe::Probe;

/// How many missing routes are named in a report.
const NAMED_MAX: usize = 8;

const INFO: Question = Question {
    asked: "what it says of itself",
    expected: "JSON with `version`; from 2.0.4 on `pid`, `urls` and `paths` too",
    mark: "M 2.0.3, 2.0.6",
};
const STRANGER: Question = Question {
    asked: "the same without a password",
    expected: "401 that asks for one",
    mark: "M",
};
const OLD: Question = Question {
    asked: "a route of 1.x (`/global/health`)",
    expected: "a web page, or 404",
    mark: "M 2.0.6",
};
const DOCUMENT: Question = Question {
    asked: "its document (`/openapi.json`)",
    expected: "names every route that is used",
    mark: "T",
};

impl Asker {
    pub(super) async fn of_server(&self, notes: &mut Notes, client: &Client, found: &Probe) {
        let info = self.ask(Route::Info(self.generation)).await;
        notes.note(INFO, about(self.generation, &info));
        notes.note(STRANGER, stranger(found.open_to_all));
        let old = self.send(client.get("/global/health")).await;
        notes.note(OLD, page_or_nothing(&old));
        let document = self.send(client.get("/openapi.json")).await;
        notes.note(DOCUMENT, all_named(self.generation, &document));
    }
}

fn about(generation: Generation, info: &Reply) -> Judged {
    let info = info.came()?;
    let there = |pointer: &str| !info.at(pointer).is_null();
    let same = info.at("/version").is_string()
        && match generation {
            Generation::Early => true,
            Generation::Current => there("/pid") && there("/urls") && there("/paths"),
        };
    Ok(Found::judged(same, info.said()))
}

fn stranger(open_to_all: bool) -> Found {
    let said = if open_to_all {
        "it answers"
    } else {
        "it is turned away"
    };
    Found::judged(!open_to_all, said)
}

fn page_or_nothing(old: &Reply) -> Judged {
    let old = old.came()?;
    let page = old.said() == "200 a web page";
    Ok(Found::judged(page || old.status == 404, old.said()))
}

fn all_named(generation: Generation, document: &Reply) -> Judged {
    let document = document.came()?;
    if !document.at("/paths").is_object() {
        return Ok(Found::Other(document.said()));
    }
    let named = routes_in(document);
    let used = Route::templates(generation);
    let missing: Vec<&String> = used.iter().filter(|it| !named.contains(*it)).collect();
    if missing.is_empty() {
        return Ok(Found::Same(format!("all {} of them", used.len())));
    }
    let shown: Vec<&str> = missing
        .iter()
        .take(NAMED_MAX)
        .map(|it| it.as_str())
        .collect();
    let said = format!("{} are not in it: {}", missing.len(), shown.join(", "));
    Ok(Found::Other(said))
}

/// The routes of a document, `GET /api/session/{}`: what the parts are called is its own.
fn routes_in(document: &Came) -> BTreeSet<String> {
    let paths = document.at("/paths").as_object();
    let paths = paths.into_iter().flatten();
    paths
        .flat_map(|(path, methods)| {
            let path: Vec<&str> = path
                .split('/')
                .map(|it| if it.starts_with('{') { "{}" } else { it })
                .collect();
            let path = path.join("/");
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::reply::Body;
    use super::*;

    fn came(status: u16, body: Body) -> Reply {
        Reply::Came(Came { status, body })
    }

    fn document(without: &str) -> Reply {
        let mut paths = json!({});
        for route in Route::templates(Generation::Current) {
            let (method, path) = route.split_once(' ').unwrap();
            let path = path.replace("{}", "{sessionID}");
            if path != without {
                paths[path][method.to_lowercase()] = json!({});
            }
        }
        came(200, Body::Json(json!({ "paths": paths })))
    }

    #[test]
    fn a_document_that_lacks_a_route_is_told_by_its_name() {
        let whole = all_named(Generation::Current, &document(""));
        assert!(matches!(whole, Ok(Found::Same(_))), "{whole:?}");
        let lacks = all_named(
            Generation::Current,
            &document("/api/session/{sessionID}/inbox"),
        );
        let Ok(Found::Other(said)) = lacks else {
            panic!("{lacks:?}");
        };
        assert_eq!(said, "1 are not in it: GET /api/session/{}/inbox");
        let page = all_named(Generation::Current, &came(200, Body::Page));
        assert_eq!(page, Ok(Found::Other("200 a web page".to_owned())));
    }

    #[test]
    fn each_generation_says_of_itself_what_it_has() {
        let info = |fields| came(200, Body::Json(fields));
        let early = info(json!({ "healthy": true, "version": "2.0.3" }));
        assert!(matches!(
            about(Generation::Early, &early),
            Ok(Found::Same(_))
        ));
        assert!(matches!(
            about(Generation::Current, &early),
            Ok(Found::Other(_))
        ));
        let all = info(json!({ "version": "2.0.24", "pid": 1, "urls": [], "paths": {} }));
        assert!(matches!(
            about(Generation::Current, &all),
            Ok(Found::Same(_))
        ));
    }

    #[test]
    fn an_old_route_is_a_page_or_nothing() {
        for (reply, same) in [
            (came(200, Body::Page), true),
            (came(404, Body::Empty), true),
            (came(200, Body::Json(json!({ "healthy": true }))), false),
        ] {
            let found = page_or_nothing(&reply);
            assert_eq!(matches!(found, Ok(Found::Same(_))), same, "{found:?}");
        }
    }
}
