//! What agents ask of the owner: permissions and answers, of a session and its sub-agents.

use std::sync::Arc;

use domain::id::{Directory, MessageId, ServerId, SessionId};
use domain::mirror::Mirror;
use domain::permission::Permission;
use domain::question::Question;
use domain::tool::Tool;

use super::SessionKey;

/// One request to the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A tool waits for permission.
    Permission(ServerId, Arc<Permission>),
    /// An agent waits for answers.
    Question(ServerId, Arc<Question>),
}

impl Ask {
    /// The request's id as text: a key for lists.
    pub fn id(&self) -> &str {
        match self {
            Ask::Permission(_, permission) => permission.id.as_str(),
            Ask::Question(_, question) => question.id.as_str(),
        }
    }

    /// On which server.
    pub fn server(&self) -> &ServerId {
        match self {
            Ask::Permission(server, _) | Ask::Question(server, _) => server,
        }
    }

    /// The session that waits; a sub-agent's own where one asks.
    pub fn session(&self) -> SessionKey {
        SessionKey {
            server: self.server().clone(),
            session: self.session_id().clone(),
        }
    }

    /// The directory of that session.
    pub fn directory(&self) -> &Directory {
        match self {
            Ask::Permission(_, permission) => &permission.directory,
            Ask::Question(_, question) => &question.directory,
        }
    }

    /// Whether the call `tool` in `message` waits for this in its own right.
    pub fn holds(&self, message: &MessageId, tool: &Tool) -> bool {
        let asking = match self {
            Ask::Permission(_, permission) => permission.tool.as_ref(),
            Ask::Question(_, question) => question.tool.as_ref(),
        };
        let own = asking.is_some_and(|it| it.call == tool.call && it.message == *message);
        tool.state.is_open() && own
    }

    /// Whether a server itself asks, on behalf of no session.
    pub fn is_nobodys(&self) -> bool {
        matches!(self, Ask::Question(_, question) if question.is_nobodys())
    }

    /// Whether these words stood in one of its fields from the start.
    pub fn gives(&self, words: &str) -> bool {
        let Ask::Question(_, question) = self else {
            return false;
        };
        let mut given = question.items.iter().flat_map(|item| &item.given);
        given.any(|it| it == words)
    }

    fn session_id(&self) -> &SessionId {
        match self {
            Ask::Permission(_, permission) => &permission.session,
            Ask::Question(_, question) => &question.session,
        }
    }

    /// Ids are no promise of time, but OpenCode's grow with it after their prefix, and no
    /// request carries a time: this is the best order there is, and it does not move.
    fn order(&self) -> (&str, &str) {
        let id = self.id();
        (id.split_once('_').map_or(id, |(_, tail)| tail), id)
    }
}

/// Who asks, seen from the session that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    /// The agents from the one that asks up to, but without, the agent of the session that
    /// is shown; empty where it asks itself. An agent that is not known has no name.
    pub helpers: Vec<String>,
    /// The agent of the session that is shown.
    pub agent: String,
    /// What the sub-agent that asks was told to do, in a few words.
    pub task: String,
}

/// Who asks in the session `asking`, seen from `shown`.
pub(crate) fn asker_of(mirror: &Mirror, asking: &SessionId, shown: &SessionId) -> Asker {
    let known = |id: &SessionId| mirror.sessions.get(id).map(|entry| &entry.session);
    let agent = |id: &SessionId| {
        known(id)
            .and_then(|session| session.agent.clone())
            .unwrap_or_default()
    };
    let helpers: Vec<String> = mirror
        .lineage(asking)
        .take_while(|id| *id != shown)
        .map(agent)
        .collect();
    let task = known(asking).filter(|_| !helpers.is_empty());
    Asker {
        helpers,
        agent: agent(shown),
        // OpenCode adds the agent's name, which is told anyway.
        task: task.map_or_else(String::new, |session| {
            let title = session.title.as_str();
            title
                .rsplit_once(" (@")
                .map_or(title, |(task, _)| task)
                .to_owned()
        }),
    }
}

/// The requests for permission among `asks` that are like `one`: the same sort of action,
/// and the same patterns that *always* would allow.
pub fn alike<'a>(asks: &'a [Ask], one: &Permission) -> impl Iterator<Item = &'a Permission> {
    let patterns = |it: &Permission| {
        if it.always.is_empty() {
            it.patterns.clone()
        } else {
            it.always.clone()
        }
    };
    let (action, wanted) = (one.action.clone(), patterns(one));
    asks.iter().filter_map(move |ask| match ask {
        Ask::Permission(_, other) if other.action == action && patterns(other) == wanted => {
            Some(other.as_ref())
        }
        Ask::Permission(..) | Ask::Question(..) => None,
    })
}

/// All requests of `mirror` that `wanted` takes, oldest first.
fn gather(server: &ServerId, mirror: &Mirror, wanted: impl Fn(&SessionId) -> bool) -> Vec<Ask> {
    let permissions = mirror
        .permissions
        .values()
        .filter(|ask| wanted(&ask.session))
        .map(|ask| Ask::Permission(server.clone(), Arc::new(ask.clone())));
    let questions = mirror
        .questions
        .values()
        .filter(|ask| wanted(&ask.session))
        .map(|ask| Ask::Question(server.clone(), Arc::new(ask.clone())));
    permissions.chain(questions).collect()
}

/// The requests that stop `root`: its own and its sub-agents', oldest first.
pub(crate) fn asks_of(server: &ServerId, mirror: &Mirror, root: &SessionId) -> Arc<[Ask]> {
    let mut asks = gather(server, mirror, |session| mirror.belongs_to(session, root));
    domain::sorted::sort_by(&mut asks, |a, b| a.order().cmp(&b.order()));
    asks.into()
}

/// The requests of all servers, oldest first.
pub(crate) fn all_asks<'a>(
    mirrors: impl Iterator<Item = (&'a ServerId, &'a Mirror)>,
) -> Arc<[Ask]> {
    let mut asks: Vec<Ask> = mirrors
        .flat_map(|(server, mirror)| gather(server, mirror, |_| true))
        .collect();
    domain::sorted::sort_by(&mut asks, |a, b| a.order().cmp(&b.order()));
    asks.into()
}

#[cfg(test)]
mod tests {
    use domain::id::PermissionId;
    use domain::permission::ToolCallRef;
    use domain::session::{Session, SessionEntry};
    use domain::time::Millis;
    use domain::tool::{ToolInput, ToolState};

    use super::*;

    fn session(id: &str, parent: Option<&str>, agent: &str, title: &str) -> SessionEntry {
        SessionEntry::quiet(Session {
            id: SessionId::new(id),
            directory: Directory::new("/srv/tidewatch"),
            parent: parent.map(SessionId::new),
            forked_from: None,
            title: title.to_owned(),
            agent: Some(agent.to_owned()),
            model: None,
            created: Millis(1),
            updated: Millis(1),
            archived: None,
            revert: None,
            cost: 0.0,
            diff: None,
        })
    }

    fn permission(id: &str, action: &str, pattern: &str, always: &[&str]) -> Ask {
        let permission = Permission {
            id: PermissionId::new(id),
            session: SessionId::new("root"),
            directory: Directory::new("/srv/tidewatch"),
            action: action.to_owned(),
            patterns: vec![pattern.to_owned()],
            saved: false,
            always: always.iter().map(|it| (*it).to_owned()).collect(),
            subject: None,
            diff: None,
            tool: None,
        };
        Ask::Permission(ServerId::new("srv"), Arc::new(permission))
    }

    #[test]
    fn whoever_asks_is_told_by_name_at_any_depth() {
        let mut mirror = Mirror::default();
        for entry in [
            session("root", None, "build", "Fix the gauge"),
            session("one", Some("root"), "general", "Look (@general subagent)"),
            session("two", Some("one"), "explore", "Count (@explore subagent)"),
        ] {
            mirror.sessions.insert(entry.session.id.clone(), entry);
        }
        let seen = |asking: &str, shown: &str| {
            let asker = asker_of(&mirror, &SessionId::new(asking), &SessionId::new(shown));
            (asker.helpers.join(" < "), asker.agent, asker.task)
        };
        let own = |helpers: &str, agent: &str, task: &str| {
            (helpers.to_owned(), agent.to_owned(), task.to_owned())
        };
        assert_eq!(seen("root", "root"), own("", "build", ""));
        assert_eq!(seen("one", "root"), own("general", "build", "Look"));
        assert_eq!(
            seen("two", "root"),
            own("explore < general", "build", "Count")
        );
        assert_eq!(seen("two", "two"), own("", "explore", ""));
    }

    #[test]
    fn a_request_holds_up_its_own_call() {
        let tool = |call: &str, state, input| Tool {
            call: call.to_owned(),
            name: "bash".to_owned(),
            input,
            state,
            started: None,
            ended: None,
            output: None,
            diffs: Vec::new(),
            exit: None,
            found: None,
        };
        let Ask::Permission(server, asked) = permission("per_1", "bash", "ls", &[]) else {
            panic!("no permission");
        };
        let mut asked = Arc::unwrap_or_clone(asked);
        let message = MessageId::new("msg_1");
        asked.tool = Some(ToolCallRef {
            message: message.clone(),
            call: "call_1".to_owned(),
        });
        let ask = Ask::Permission(server, Arc::new(asked));
        let runs = |call: &str| tool(call, ToolState::Running, ToolInput::Empty);
        assert!(ask.holds(&message, &runs("call_1")));
        assert!(!ask.holds(&message, &runs("call_2")));
        assert!(!ask.holds(&MessageId::new("msg_2"), &runs("call_1")));
        let ended = tool("call_1", ToolState::Completed, ToolInput::Empty);
        assert!(!ask.holds(&message, &ended), "it is over");
    }

    #[test]
    fn requests_are_alike_by_what_always_would_allow_and_else_by_what_is_asked() {
        let asks = [
            permission("per_1", "bash", "ls logs", &["ls *"]),
            permission("per_2", "bash", "ls src", &["ls *"]),
            permission("per_3", "bash", "rm src", &["rm *"]),
            permission("per_4", "read", "ls logs", &["ls *"]),
            permission("per_5", "edit", "a.rs", &[]),
            permission("per_6", "edit", "b.rs", &[]),
        ];
        let like = |at: usize| {
            let Ask::Permission(_, one) = &asks[at] else {
                panic!("no permission");
            };
            alike(&asks, one)
                .map(|it| it.id.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(like(0), "per_1 per_2");
        assert_eq!(like(2), "per_3");
        assert_eq!(like(4), "per_5");
    }
}
