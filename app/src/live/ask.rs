//! What agents ask of the owner: permissions and answers, of a session and its sub-agents.

use std::sync::Arc;

use domain::id::{Directory, ServerId, SessionId};
use domain::mirror::Mirror;
use domain::permission::Permission;
use domain::question::Question;

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
    asks.sort_by(|a, b| a.order().cmp(&b.order()));
    asks.into()
}

/// The requests of all servers, oldest first.
pub(crate) fn all_asks<'a>(
    mirrors: impl Iterator<Item = (&'a ServerId, &'a Mirror)>,
) -> Arc<[Ask]> {
    let mut asks: Vec<Ask> = mirrors
        .flat_map(|(server, mirror)| gather(server, mirror, |_| true))
        .collect();
    asks.sort_by(|a, b| a.order().cmp(&b.order()));
    asks.into()
}
