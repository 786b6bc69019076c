//! What belongs to a directory: where the server is at home, what is offered there.

use std::time::Duration;

use domain::id::Directory;
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::route::Route;
use super::super::wire::catalog::{Agent, Found as File, Model, Provider};
use super::super::within;
use super::Asker;
use super::notes::{Found, Judged, Notes, Question};
use super::reply::{Body, Reply, at, names};
use crate::path::below;
use crate::wire::session::Model as Reference;

/// How often agents are asked for that are not there yet, as in earnest.
const COLD_TRIES: u32 = 8;
/// How long is waited in between.
const COLD_PAUSE: Duration = Duration::from_millis(250);
/// A folder that nobody has.
const NOWHERE: &str = "opencode-nexus-check-no-such-folder";
/// How many files are asked for by name.
const FILES: &str = "3";

const HOME: Question = Question {
    asked: "where a request is at home that names no directory",
    expected: "bare, with `directory`",
    mark: "T",
};
const ELSEWHERE: Question = Question {
    asked: "the same with `location[directory]`, of a folder in it",
    expected: "that folder",
    mark: "C, T",
};
const AGENTS: Question = Question {
    asked: "agents of a directory",
    expected: "`{location, data}` of that directory; all can be read, at least one after two seconds",
    mark: "C, ?",
};
const MODELS: Question = Question {
    asked: "models",
    expected: "all can be read",
    mark: "C, T",
};
const DEFAULT: Question = Question {
    asked: "the model where none is chosen",
    expected: "one with `id` and `providerID`, or none",
    mark: "?",
};
const PROVIDERS: Question = Question {
    asked: "providers",
    expected: "all can be read",
    mark: "C, T",
};
const COMMANDS: Question = Question {
    asked: "slash commands",
    expected: "all have a `name`",
    mark: "C, T",
};
const LIST: Question = Question {
    asked: "what is in a directory",
    expected: "all have `path` and `type`",
    mark: "C, T",
};
const BELOW: Question = Question {
    asked: "what is in a folder of it",
    expected: "paths that begin at the directory",
    mark: "?",
};
const FIND: Question = Question {
    asked: "files by name, at most three",
    expected: "at most three with `path` and `type`",
    mark: "T",
};
const MISSING: Question = Question {
    asked: "agents of a directory that does not exist",
    expected: "500 without a body, or 404 LocationNotFoundError",
    mark: "C, T",
};
const LOADED: Question = Question {
    asked: "the directories that are loaded",
    expected: "a bare list of `directory`, with this one in it",
    mark: "T",
};

impl Asker {
    /// Asks what belongs to a directory; the one that the server is at home in.
    pub(super) async fn of_places(&self, notes: &mut Notes) -> Option<Directory> {
        let home = self.ask(Route::Location).await;
        let directory = directory_in(&home, "/directory");
        notes.note(HOME, at_home(&home));
        let all = [
            ELSEWHERE, AGENTS, MODELS, DEFAULT, PROVIDERS, COMMANDS, LIST, BELOW, FIND, MISSING,
            LOADED,
        ];
        let Some(directory) = directory else {
            notes.skip(&all, "no directory of its own is known");
            return None;
        };
        let (agents, looks) = self.agents(&directory).await;
        notes.note(AGENTS, agents_of(&agents, &directory, looks));
        for (question, route, judge) in [
            (
                MODELS,
                Route::Models,
                readable::<Model> as fn(&Reply) -> Judged,
            ),
            (PROVIDERS, Route::Providers, readable::<Provider>),
            (COMMANDS, Route::Commands, named),
        ] {
            let reply = self.there(route, &directory, &[]).await;
            notes.note(question, judge(&reply));
        }
        let default = self.there(Route::DefaultModel, &directory, &[]).await;
        notes.note(DEFAULT, default_model(&default));
        self.of_files(notes, &directory).await;
        let nowhere = Directory::new(below(directory.as_str(), NOWHERE).as_str());
        let missing = self.there(Route::Agents, &nowhere, &[]).await;
        notes.note(MISSING, not_there(&missing));
        let loaded = self.ask(Route::Loaded).await;
        notes.note(LOADED, lists(&loaded, &directory));
        Some(directory)
    }

    async fn of_files(&self, notes: &mut Notes, directory: &Directory) {
        let list = self.there(Route::List, directory, &[]).await;
        notes.note(LIST, readable::<File>(&list));
        match a_folder(&list) {
            Some(folder) => {
                let inside = self
                    .there(Route::List, directory, &[("path", &folder)])
                    .await;
                notes.note(BELOW, begins_at(&inside, &folder));
                let place = Directory::new(below(directory.as_str(), &folder).as_str());
                let there = self.there(Route::Location, &place, &[]).await;
                notes.note(ELSEWHERE, is_at(&there, &place));
            }
            None => notes.skip(&[BELOW, ELSEWHERE], "there is no folder in its directory"),
        }
        let query = [("query", "e"), ("limit", FILES)];
        let found = self.there(Route::Find, directory, &query).await;
        notes.note(FIND, at_most_three(&found));
    }

    /// The agents of a directory, asked for until there are any, and how often they were.
    async fn agents(&self, directory: &Directory) -> (Reply, u32) {
        let mut looks = 1;
        loop {
            let agents = self.there(Route::Agents, directory, &[]).await;
            let cold = agents
                .came()
                .is_ok_and(|it| it.is_success() && it.list("/data").is_empty());
            if !cold || looks >= COLD_TRIES {
                return (agents, looks);
            }
            looks += 1;
            tokio::time::sleep(COLD_PAUSE).await;
        }
    }

    async fn there(
        &self,
        route: Route<'_>,
        directory: &Directory,
        query: &[(&str, &str)],
    ) -> Reply {
        let request = within(self.door.ask(route), directory);
        let request = query
            .iter()
            .fold(request, |request, (name, value)| request.query(name, value));
        self.send(request).await
    }
}

fn directory_in(reply: &Reply, pointer: &str) -> Option<Directory> {
    let it = reply.came().ok()?.at(pointer).as_str()?;
    Some(Directory::new(it))
}

fn at_home(home: &Reply) -> Judged {
    let home = home.came()?;
    let same = home.is_success() && home.at("/directory").is_string();
    Ok(Found::judged(same, home.said()))
}

fn is_at(there: &Reply, place: &Directory) -> Judged {
    let found = directory_in(there, "/directory");
    let there = there.came()?;
    Ok(match found {
        Some(found) if found == *place => Found::Same("that folder".to_owned()),
        Some(_) => Found::Other("another directory".to_owned()),
        None => Found::Other(there.said()),
    })
}

fn agents_of(agents: &Reply, directory: &Directory, looks: u32) -> Judged {
    let place = directory_in(agents, "/location/directory");
    let came = agents.came()?;
    if !came.is_success() {
        return Ok(Found::Other(came.said()));
    }
    let (read, all) = read::<Agent>(came.list("/data"));
    let there = place.as_ref() == Some(directory);
    let said = format!(
        "{}, {}, {read} of {all} can be read, after {looks} looks",
        names(came.json()),
        if there {
            "that directory"
        } else {
            "not that directory"
        },
    );
    Ok(Found::judged(there && read == all && read > 0, said))
}

/// How many entries of a list can be read, and of how many.
fn read<T: DeserializeOwned>(list: &[Value]) -> (usize, usize) {
    let read = list.iter().filter(|it| T::deserialize(*it).is_ok());
    (read.count(), list.len())
}

fn readable<T: DeserializeOwned>(reply: &Reply) -> Judged {
    let came = reply.came()?;
    if !came.at("/data").is_array() {
        return Ok(Found::Other(came.said()));
    }
    let (read, all) = read::<T>(came.list("/data"));
    Ok(Found::judged(read == all, format!("{read} of {all}")))
}

fn named(reply: &Reply) -> Judged {
    let came = reply.came()?;
    if !came.at("/data").is_array() {
        return Ok(Found::Other(came.said()));
    }
    let list = came.list("/data");
    let named = list.iter().filter(|it| at(it, "/name").is_string()).count();
    let all = list.len();
    Ok(Found::judged(named == all, format!("{named} of {all}")))
}

fn default_model(reply: &Reply) -> Judged {
    let came = reply.came()?;
    let model = came.at("/data");
    let none = came.status == 404 || (came.is_success() && model.is_null());
    let read = Reference::deserialize(model).is_ok();
    let said = if model.is_object() {
        names(model)
    } else {
        came.said()
    };
    Ok(Found::judged(none || read, said))
}

/// The first folder of a list.
fn a_folder(list: &Reply) -> Option<String> {
    let list = list.came().ok()?.list("/data");
    let mut folders = list.iter().filter(|it| *at(it, "/type") == "directory");
    let path = folders.next()?["path"].as_str()?;
    Some(path.trim_end_matches('/').to_owned())
}

fn begins_at(inside: &Reply, folder: &str) -> Judged {
    let came = inside.came()?;
    let Some(first) = came.list("/data").first() else {
        return Ok(Found::Open(format!("{}, nothing in it", came.said())));
    };
    let path = at(first, "/path").as_str().unwrap_or_default();
    let rest = path.strip_prefix(folder);
    let at_directory = rest.is_some_and(|rest| rest.starts_with('/'));
    let said = if at_directory {
        "they begin at the directory"
    } else {
        "they begin at the folder"
    };
    Ok(Found::judged(at_directory, said))
}

fn at_most_three(found: &Reply) -> Judged {
    match readable::<File>(found)? {
        Found::Same(_) if found.came()?.list("/data").len() > 3 => {
            Ok(Found::Other("more than three".to_owned()))
        }
        found @ (Found::Same(_) | Found::Other(_) | Found::Open(_)) => Ok(found),
    }
}

fn not_there(missing: &Reply) -> Judged {
    let came = missing.came()?;
    let nothing = came.status == 500 && came.body == Body::Empty;
    let same = nothing || came.refuses(404, "LocationNotFoundError");
    Ok(Found::judged(same, came.said()))
}

fn lists(loaded: &Reply, directory: &Directory) -> Judged {
    let came = loaded.came()?;
    if !came.json().is_array() {
        return Ok(Found::Other(came.said()));
    }
    let here = |it: &&Value| *at(it, "/directory") == directory.as_str();
    let there = came.list("").iter().any(|it| here(&it));
    let with = if there { "with" } else { "without" };
    Ok(Found::judged(
        there,
        format!("{}, {with} this one", came.said()),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::reply::Came;
    use super::*;

    fn came(status: u16, body: Value) -> Reply {
        let body = Body::Json(body);
        Reply::Came(Came { status, body })
    }

    #[test]
    fn a_plain_directory_that_was_ignored_is_found_out() {
        let place = Directory::new("/home/me/project/src");
        let there = came(200, json!({ "directory": "/home/me/project" }));
        let found = is_at(&there, &place);
        assert_eq!(found, Ok(Found::Other("another directory".to_owned())));
    }

    #[test]
    fn what_cannot_be_read_of_a_list_is_counted() {
        let list = json!({ "data": [{ "id": "a", "providerID": "p" }, { "modelID": "b" }] });
        let found = readable::<Model>(&came(200, list));
        assert_eq!(found, Ok(Found::Other("1 of 2".to_owned())));
    }

    #[test]
    fn it_is_told_where_paths_begin() {
        for (path, same) in [
            ("src/a.rs", Some(true)),
            ("a.rs", Some(false)),
            ("srcs/a", Some(false)),
        ] {
            let inside = came(200, json!({ "data": [{ "path": path, "type": "file" }] }));
            let found = begins_at(&inside, "src").unwrap();
            assert_eq!(Some(matches!(found, Found::Same(_))), same, "{path}");
        }
        let empty = begins_at(&came(200, json!({ "data": [] })), "src");
        assert!(matches!(empty, Ok(Found::Open(_))));
    }

    #[test]
    fn both_ways_to_say_that_a_directory_is_missing_are_known() {
        let empty = Reply::Came(Came {
            status: 500,
            body: Body::Empty,
        });
        let told = came(404, json!({ "_tag": "LocationNotFoundError" }));
        let list = came(200, json!({ "data": [] }));
        for (reply, same) in [(empty, true), (told, true), (list, false)] {
            assert_eq!(matches!(not_there(&reply), Ok(Found::Same(_))), same);
        }
    }
}
