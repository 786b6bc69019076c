//! Which page an address names, and going from one to another without loading.

use domain::id::{ServerId, SessionId};
use leptos::prelude::*;

use crate::live::SessionKey;

/// A page, by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`.
    Overview,
    /// `/servers`.
    Servers,
    /// `/s/{server}`.
    Server(ServerId),
    /// `/s/{server}/{session}`.
    Session(SessionKey),
    /// `/settings`, and what is below it.
    Settings,
    /// `/login`.
    SignIn,
    /// `/setup`.
    SetUp,
    /// `/gallery`: everything that can be drawn, beside each other.
    #[cfg(debug_assertions)]
    Gallery,
    /// No page. What there is not: "page", "server", "session".
    Nothing(&'static str),
}

impl Route {
    /// The page that a path names.
    pub fn of(path: &str) -> Self {
        let mut parts = path.trim_matches('/').split('/');
        let (first, server, session) = (parts.next(), parts.next(), parts.next());
        match (first, server, session, parts.next()) {
            (Some(""), None, ..) => Route::Overview,
            (Some("servers"), None, ..) => Route::Servers,
            (Some("settings"), ..) => Route::Settings,
            (Some("login"), None, ..) => Route::SignIn,
            (Some("setup"), None, ..) => Route::SetUp,
            #[cfg(debug_assertions)]
            (Some("gallery"), None, ..) => Route::Gallery,
            (Some("s"), Some(server), None, _) => {
                ServerId::parse(server).map_or(Route::Nothing("server"), Route::Server)
            }
            (Some("s"), Some(server), Some(session), None) => {
                match (ServerId::parse(server), SessionId::parse(session)) {
                    (Ok(server), Ok(session)) => Route::Session(SessionKey { server, session }),
                    _ => Route::Nothing("session"),
                }
            }
            _ => Route::Nothing("page"),
        }
    }
}

/// The path that was asked for. Provided by the server as context.
#[derive(Clone, Debug)]
pub struct Address(pub String);

/// Where the owner is.
#[derive(Clone, Debug)]
pub struct Place(ArcRwSignal<String>);

impl Place {
    /// Begins at the present address, and follows it.
    pub(crate) fn provide() -> Self {
        #[cfg(feature = "hydrate")]
        let path = crate::browser::address::path();
        #[cfg(not(feature = "hydrate"))]
        let path = use_context::<Address>().map_or_else(|| "/".to_owned(), |address| address.0);
        let place = Self(ArcRwSignal::new(path));
        provide_context(place.clone());
        #[cfg(feature = "hydrate")]
        {
            let path = place.0.clone();
            crate::browser::address::follow(move |to| {
                // What is drawn next is drawn by a program that is at work.
                crate::browser::staged::hurry();
                path.set(to);
            });
        }
        place
    }

    /// Where the owner is now.
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Self(ArcRwSignal::new("/".to_owned())))
    }

    /// The path of the address.
    pub fn path(&self) -> ArcReadSignal<String> {
        self.0.read_only()
    }

    /// Goes to a path of ours.
    pub fn go(&self, to: &str) {
        #[cfg(feature = "hydrate")]
        {
            crate::browser::staged::hurry();
            crate::browser::address::go(to);
        }
        self.0.set(to.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_page_or_none() {
        let session = |path| {
            let Route::Session(key) = Route::of(path) else {
                return None;
            };
            Some(format!("{} {}", key.server, key.session))
        };
        assert_eq!(session("/s/srv/ses_1"), Some("srv ses_1".to_owned()));
        assert_eq!(session("/s/srv/ses_1/"), Some("srv ses_1".to_owned()));
        let pages = [
            ("/", Route::Overview),
            ("", Route::Overview),
            ("/servers", Route::Servers),
            ("/servers/", Route::Servers),
            ("/servers/more", Route::Nothing("page")),
            ("/settings", Route::Settings),
            ("/settings/look", Route::Settings),
            ("/login", Route::SignIn),
            ("/setup", Route::SetUp),
            ("/s", Route::Nothing("page")),
            ("/s/srv", Route::Server(ServerId::new("srv"))),
            ("/s/..%2f", Route::Nothing("server")),
            ("/s/srv/..%2f", Route::Nothing("session")),
            ("/s/a/b/c", Route::Nothing("page")),
            ("/nowhere", Route::Nothing("page")),
        ];
        for (path, page) in pages {
            assert_eq!(Route::of(path), page, "{path}");
        }
    }
}
