//! The routes that may be asked, all of them: 2.x has others that give credentials in clear
//! (`/api/credential`) or set the variables of the session's shell. Whoever holds a [`Door`]
//! reaches what is listed here and nothing else, for it keeps its client to itself.

use domain::id::{MessageId, PermissionId, QuestionId, SessionId};
use reqwest::Method;
use serde_json::Value;

use super::Generation;
use crate::client::{Client, Request, segment};

/// Everything that is asked of a server of this family.
#[derive(Clone, Copy, Debug)]
pub(super) enum Route<'a> {
    /// Whether it is well, and its version.
    Info(Generation),
    /// The event stream over all directories.
    Events,
    /// The directories that are loaded: asks can be pending only there.
    Loaded,

    /// The sessions of all directories.
    Sessions,
    /// Those whose turn runs.
    Active,
    /// Makes one.
    Create,
    /// One.
    Session(&'a SessionId),
    /// Deletes one, with its children.
    Delete(&'a SessionId),
    /// Calls one something else.
    Change(&'a SessionId),
    /// Chooses its agent.
    Agent(&'a SessionId),
    /// Chooses its model.
    Model(&'a SessionId),
    /// Copies one.
    Fork(&'a SessionId),
    /// Marks it as looked at.
    View(&'a SessionId),
    /// The number of its last durable event.
    Log(&'a SessionId),

    /// Its messages.
    Messages(&'a SessionId),
    /// One message.
    Message(&'a SessionId, &'a MessageId),
    /// What one of its turns changed.
    Diff(&'a SessionId),
    /// What a command printed.
    ShellOutput(&'a str),

    /// Hands a prompt over.
    Prompt(&'a SessionId),
    /// Runs a slash command.
    Command(&'a SessionId),
    /// Runs a shell command.
    Shell(&'a SessionId),
    /// Has it summarised.
    Compact(&'a SessionId),
    /// Stops its turn.
    Interrupt(&'a SessionId),
    /// Takes messages back.
    Revert(&'a SessionId),
    /// Puts back what was taken back.
    Restore(&'a SessionId),
    /// What waits.
    Inbox(&'a SessionId),
    /// Takes back what waits.
    TakeBack(&'a SessionId, &'a MessageId),
    /// Delivers what waits otherwise.
    Deliver(&'a SessionId, &'a MessageId),

    /// The requests for permission of a directory.
    Permissions,
    /// Those of a session.
    PermissionsOf(&'a SessionId),
    /// Answers one.
    Reply(&'a SessionId, &'a PermissionId),
    /// The forms of a directory.
    Forms,
    /// Those of a session.
    FormsOf(&'a SessionId),
    /// One.
    Form(&'a SessionId, &'a QuestionId),
    /// Answers one.
    Answer(&'a SessionId, &'a QuestionId),
    /// Dismisses one.
    Dismiss(&'a SessionId, &'a QuestionId, Generation),

    /// What a directory offers.
    Agents,
    /// Its models.
    Models,
    /// The one that is taken where none is chosen.
    DefaultModel,
    /// Its providers.
    Providers,
    /// Its slash commands.
    Commands,
    /// Where a request is at home that names no directory.
    Location,
    /// What is in a folder.
    List,
    /// Files by name.
    Find,
}

impl Route<'_> {
    fn parts(self) -> (Method, String) {
        let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
        let of =
            |id: &SessionId, rest: &str| format!("/api/session/{}{rest}", segment(id.as_str()));
        let plain = |path: &str| path.to_owned();
        match self {
            Route::Info(Generation::Current) => (get, plain("/api/info")),
            Route::Info(Generation::Early) => (get, plain("/api/health")),
            Route::Events => (get, plain("/api/event")),
            Route::Loaded => (get, plain("/api/debug/location")),
            Route::Sessions => (get, plain("/api/session")),
            Route::Active => (get, plain("/api/session/active")),
            Route::Create => (post, plain("/api/session")),
            Route::Session(id) => (get, of(id, "")),
            Route::Delete(id) => (delete, of(id, "")),
            Route::Change(id) => (patch, of(id, "")),
            Route::Agent(id) => (post, of(id, "/agent")),
            Route::Model(id) => (post, of(id, "/model")),
            Route::Fork(id) => (post, of(id, "/fork")),
            Route::View(id) => (post, of(id, "/view")),
            Route::Log(id) => {
                let id = segment(id.as_str());
                (get, format!("/api/experimental/session/{id}/log"))
            }
            Route::Messages(id) => (get, of(id, "/message")),
            Route::Message(id, message) => {
                let message = segment(message.as_str());
                (get, of(id, &format!("/message/{message}")))
            }
            Route::Diff(id) => (get, of(id, "/diff")),
            Route::ShellOutput(shell) => (get, format!("/api/shell/{}/output", segment(shell))),
            Route::Prompt(id) => (post, of(id, "/prompt")),
            Route::Command(id) => (post, of(id, "/command")),
            Route::Shell(id) => (post, of(id, "/shell")),
            Route::Compact(id) => (post, of(id, "/compact")),
            Route::Interrupt(id) => (post, of(id, "/interrupt")),
            Route::Revert(id) => (post, of(id, "/revert/stage")),
            Route::Restore(id) => (delete, of(id, "/revert")),
            Route::Inbox(id) => (get, of(id, "/inbox")),
            Route::TakeBack(id, item) => {
                let item = segment(item.as_str());
                (delete, of(id, &format!("/inbox/{item}")))
            }
            Route::Deliver(id, item) => {
                let item = segment(item.as_str());
                (patch, of(id, &format!("/inbox/{item}")))
            }
            Route::Permissions => (get, plain("/api/permission/request")),
            Route::PermissionsOf(id) => (get, of(id, "/permission")),
            Route::Reply(id, ask) => {
                let ask = segment(ask.as_str());
                (post, of(id, &format!("/permission/{ask}/reply")))
            }
            Route::Forms => (get, plain("/api/form")),
            Route::FormsOf(id) => (get, of(id, "/form")),
            Route::Form(id, form) => (get, of(id, &form_of(form, ""))),
            Route::Answer(id, form) => (post, of(id, &form_of(form, "/reply"))),
            Route::Dismiss(id, form, Generation::Current) => (delete, of(id, &form_of(form, ""))),
            Route::Dismiss(id, form, Generation::Early) => {
                (post, of(id, &form_of(form, "/cancel")))
            }
            Route::Agents => (get, plain("/api/agent")),
            Route::Models => (get, plain("/api/model")),
            Route::DefaultModel => (get, plain("/api/model/default")),
            Route::Providers => (get, plain("/api/provider")),
            Route::Commands => (get, plain("/api/command")),
            Route::Location => (get, plain("/api/location")),
            Route::List => (get, plain("/api/fs/list")),
            Route::Find => (get, plain("/api/fs/find")),
        }
    }
}

/// What fills the places of ids.
#[derive(Debug)]
struct Ids<'a> {
    session: &'a SessionId,
    message: &'a MessageId,
    ask: &'a PermissionId,
    form: &'a QuestionId,
    shell: &'a str,
}

impl<'a> Route<'a> {
    /// Every route of a generation.
    fn all(ids: &Ids<'a>, generation: Generation) -> Vec<Self> {
        let Ids {
            session,
            message,
            ask,
            form,
            shell,
        } = *ids;
        let of: [fn(&'a SessionId) -> Route<'a>; 20] = [
            Route::Session,
            Route::Delete,
            Route::Change,
            Route::Agent,
            Route::Model,
            Route::Fork,
            Route::View,
            Route::Log,
            Route::Messages,
            Route::Diff,
            Route::Prompt,
            Route::Command,
            Route::Shell,
            Route::Compact,
            Route::Interrupt,
            Route::Revert,
            Route::Restore,
            Route::Inbox,
            Route::PermissionsOf,
            Route::FormsOf,
        ];
        let others = [
            Route::Info(generation),
            Route::Events,
            Route::Loaded,
            Route::Sessions,
            Route::Active,
            Route::Create,
            Route::Message(session, message),
            Route::TakeBack(session, message),
            Route::Deliver(session, message),
            Route::ShellOutput(shell),
            Route::Permissions,
            Route::Reply(session, ask),
            Route::Forms,
            Route::Form(session, form),
            Route::Answer(session, form),
            Route::Dismiss(session, form, generation),
            Route::Agents,
            Route::Models,
            Route::DefaultModel,
            Route::Providers,
            Route::Commands,
            Route::Location,
            Route::List,
            Route::Find,
        ];
        of.iter().map(|of| of(session)).chain(others).collect()
    }

    /// Every route of a generation as a document names it, `GET /api/session/{}`.
    pub(super) fn templates(generation: Generation) -> Vec<String> {
        /// What no part of a path is called.
        const BLANK: &str = "0";
        let ids = Ids {
            session: &SessionId::new(BLANK),
            message: &MessageId::new(BLANK),
            ask: &PermissionId::new(BLANK),
            form: &QuestionId::new(BLANK),
            shell: BLANK,
        };
        let named = |(method, path): (Method, String)| {
            let parts = path.split('/');
            let parts: Vec<&str> = parts
                .map(|it| if it == BLANK { "{}" } else { it })
                .collect();
            format!("{method} {}", parts.join("/"))
        };
        let all = Route::all(&ids, generation);
        all.into_iter().map(|it| named(it.parts())).collect()
    }
}

fn form_of(form: &QuestionId, rest: &str) -> String {
    format!("/form/{}{rest}", segment(form.as_str()))
}

/// The way to a server.
#[derive(Clone, Debug)]
pub(super) struct Door {
    client: Client,
}

impl Door {
    /// The way that `client` goes.
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Asks without a body.
    pub(super) fn ask(&self, route: Route<'_>) -> Request {
        let (method, path) = route.parts();
        self.client.request(method, &path)
    }

    /// Asks with a body: one is required even where all in it is optional.
    pub(super) fn tell(&self, route: Route<'_>, body: &Value) -> Request {
        let (method, path) = route.parts();
        self.client.with_body(method, &path, body)
    }

    /// What tells the time of what the server gives no time for.
    pub(super) fn clock(&self) -> std::sync::Arc<dyn Fn() -> domain::time::Millis + Send + Sync> {
        self.client.clock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What may follow `/api`.
    const FAMILIES: [&str; 15] = [
        "agent",
        "command",
        "debug",
        "event",
        "experimental",
        "form",
        "fs",
        "health",
        "info",
        "location",
        "model",
        "permission",
        "provider",
        "session",
        "shell",
    ];
    /// What may follow a session's id.
    const OF_SESSION: [&str; 15] = [
        "agent",
        "command",
        "compact",
        "diff",
        "fork",
        "form",
        "inbox",
        "interrupt",
        "message",
        "model",
        "permission",
        "prompt",
        "revert",
        "shell",
        "view",
    ];

    #[test]
    fn no_id_leads_to_a_route_that_is_not_listed() {
        let (session, message) = (SessionId::new("../credential"), MessageId::new(".."));
        let (ask, form) = (PermissionId::new("../../x"), QuestionId::new("a/b?c#d"));
        let base = reqwest::Url::parse("http://127.0.0.1:1").unwrap();
        let ids = Ids {
            session: &session,
            message: &message,
            ask: &ask,
            form: &form,
            shell: "../../../credential",
        };
        let early = Route::all(&ids, Generation::Early);
        let all = Route::all(&ids, Generation::Current);
        for route in early.into_iter().chain(all) {
            let (_, path) = route.parts();
            let url = base.join(&path).unwrap();
            assert_eq!(url.path(), path, "{route:?} was understood otherwise");
            assert_eq!((url.query(), url.fragment()), (None, None), "{route:?}");
            let steps: Vec<&str> = path.split('/').skip(1).collect();
            assert_eq!(steps[0], "api", "{route:?}");
            assert!(FAMILIES.contains(&steps[1]), "{route:?} as {path}");
            let of_session = (steps[1] == "session").then(|| steps.get(3)).flatten();
            assert!(
                of_session.is_none_or(|it| OF_SESSION.contains(it)),
                "{route:?} as {path}"
            );
        }
    }

    #[test]
    fn a_plain_id_stays_what_it_is() {
        let session = SessionId::new("ses_1aB-2");
        let (method, path) = Route::Restore(&session).parts();
        assert_eq!(
            (method, path.as_str()),
            (Method::DELETE, "/api/session/ses_1aB-2/revert")
        );
    }
}
