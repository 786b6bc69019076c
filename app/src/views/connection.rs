//! How the page stands: which link of the chain is broken, browser – Nexus – OpenCode, and
//! what to do about it.

use std::sync::Arc;

use domain::house::{House, ServerLink};
use domain::id::ServerId;
use domain::time::Millis;
use leptos::prelude::*;

use super::frame::FrameState;
use super::server_words::trouble_of;
use crate::components::{Glyph, Icon, Tone, seconds_until};
use crate::live::{LinkState, Live, Ready};

/// What there is to say of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    tone: Tone,
    word: String,
    running: bool,
    /// Said in a line of its own where something is wrong.
    trouble: Option<String>,
    retry_at: Option<Millis>,
    step: Step,
}

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    SignIn,
    Reload,
    Servers,
}

impl Standing {
    fn plain(tone: Tone, word: &str, running: bool) -> Self {
        Self {
            tone,
            word: word.to_owned(),
            running,
            trouble: None,
            retry_at: None,
            step: Step::Nothing,
        }
    }

    fn broken(tone: Tone, word: &str, trouble: &str, retry_at: Option<Millis>, step: Step) -> Self {
        Self {
            trouble: Some(trouble.to_owned()),
            retry_at,
            step,
            ..Self::plain(tone, word, false)
        }
    }

    /// The first broken link from here on counts: what lies behind it cannot be known.
    fn of(link: LinkState, house: &House, server: Option<&ServerId>) -> Self {
        match link {
            LinkState::Starting => Self::plain(Tone::Quiet, "Connecting", true),
            LinkState::CatchingUp => Self::plain(Tone::Live, "Catching up", true),
            LinkState::Offline => Self::broken(
                Tone::Bad,
                "Offline",
                "This device has no network. What you see may be old; what you send waits here.",
                None,
                Step::Nothing,
            ),
            LinkState::Reconnecting { retry_at } => Self::broken(
                Tone::Need,
                "Reconnecting",
                "The connection to Nexus broke. Nothing is lost: what you missed comes when it is back.",
                retry_at,
                Step::Nothing,
            ),
            LinkState::Unreachable { retry_at } => Self::broken(
                Tone::Bad,
                "Nexus unreachable",
                "Nexus does not answer. Check that it runs and that this device can reach it.",
                retry_at,
                Step::Nothing,
            ),
            LinkState::SignedOut => Self::broken(
                Tone::Need,
                "Signed out",
                "You are signed out. What you wrote is kept on this device.",
                None,
                Step::SignIn,
            ),
            LinkState::UpdateReady => Self::broken(
                Tone::News,
                "Update ready",
                "Nexus was updated. Reload to use the new version; what you wrote is kept.",
                None,
                Step::Reload,
            ),
            LinkState::Live => Self::beyond(house, server),
        }
    }

    /// How the server of the page stands, when Nexus itself is reached.
    fn beyond(house: &House, server: Option<&ServerId>) -> Self {
        let Some(server) = server.and_then(|id| house.servers.get(id)) else {
            return Self::plain(Tone::Live, "Live", false);
        };
        match &server.link {
            ServerLink::Connected { .. } => Self::plain(Tone::Live, "Live", false),
            ServerLink::Connecting { .. } => {
                Self::plain(Tone::Live, "Connecting to OpenCode", true)
            }
            ServerLink::Disconnected => Self::broken(
                Tone::Quiet,
                "OpenCode disconnected",
                "This server is not connected. You can read what is here; to go on, connect it.",
                None,
                Step::Servers,
            ),
            ServerLink::Error {
                reason, retry_at, ..
            } => {
                let (what, _) = trouble_of(&server.address, reason);
                Self::broken(Tone::Bad, "OpenCode down", &what, *retry_at, Step::Servers)
            }
        }
    }
}

fn standing(server: Signal<Option<ServerId>>) -> Memo<Standing> {
    let live = Live::here();
    let (link, house) = (live.link(), live.house());
    Memo::new(move |_| {
        let house: Arc<House> = house.get();
        server.with(|server| Standing::of(link.get(), &house, server.as_ref()))
    })
}

/// The status of the connection, in a word.
#[component]
pub fn Connection(
    /// The server of the page, where it has one.
    #[prop(into)]
    server: Signal<Option<ServerId>>,
) -> impl IntoView {
    let standing = standing(server);
    let class = move || standing.with(|standing| format!("state chip {}", standing.tone.class()));
    let frame = FrameState::here();
    let ready = Ready::here();
    view! {
        <span class="connection" role="status" aria-label="Connection">
            <button
                type="button"
                title="How well the connections do"
                aria-haspopup="dialog"
                disabled=move || !ready.get()
                on:click=move |_| frame.quality.set(true)
            >
                <span class=class>
                    <span class=move || {
                        if standing.with(|standing| standing.running) { "ring" } else { "dot" }
                    }></span>
                    // Where the line below says it, a phone's head has no room to say it too.
                    <span class=move || {
                        if standing.with(|standing| standing.trouble.is_some()) { "word told" } else { "word" }
                    }>{move || standing.with(|standing| standing.word.clone())}</span>
                </span>
            </button>
        </span>
    }
    .into_any()
}

/// The line that says what is broken, why, and what to do; nothing while nothing is.
#[component]
pub fn Trouble(
    /// The server of the page, where it has one.
    #[prop(into)]
    server: Signal<Option<ServerId>>,
) -> impl IntoView {
    let standing = standing(server);
    let live = Live::here();
    let now = live.now();
    (move || {
        let live = live.clone();
        let Standing {
            tone,
            trouble,
            retry_at,
            step,
            ..
        } = standing.get();
        let now = now.clone();
        trouble.map(|trouble| {
            let again = move || {
                retry_at.map(|at| {
                    let left = at.since(now.get());
                    if left == 0 {
                        " Trying again now.".to_owned()
                    } else {
                        format!(" Trying again in {} s.", seconds_until(left))
                    }
                })
            };
            view! {
                <div class=format!("banner {}", tone.class())>
                    <Glyph icon=Icon::Unlinked />
                    <span>
                        {trouble}
                        {again}
                    </span>
                    {match step {
                        Step::Nothing => ().into_any(),
                        Step::SignIn => {
                            view! {
                                <a class="button" href="/login" rel="external">
                                    "Sign in"
                                </a>
                            }
                                .into_any()
                        }
                        Step::Reload => {
                            view! {
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| live.update()
                                >
                                    "Reload"
                                </button>
                            }
                                .into_any()
                        }
                        Step::Servers => {
                            view! {
                                <a class="button" href="/servers">
                                    "Servers"
                                </a>
                            }
                                .into_any()
                        }
                    }}
                </div>
            }
        })
    })
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::house::{Saved, Server, ServerFault};

    use super::*;

    fn house(link: ServerLink) -> (House, ServerId) {
        let id = ServerId::new("srv");
        let server = Server {
            id: id.clone(),
            name: "box".to_owned(),
            address: "http://127.0.0.1:4096".to_owned(),
            family: None,
            version: None,
            link,
            open_to_all: false,
            started_here: false,
            saved: Saved::default(),
        };
        let mut house = House::default();
        house.servers.insert(id.clone(), server);
        (house, id)
    }

    #[test]
    fn the_first_broken_link_is_the_one_that_is_named() {
        let (down, id) = house(ServerLink::Error {
            reason: ServerFault::Refused,
            since: Millis(0),
            retry_at: None,
        });
        let word = |link, server: Option<&ServerId>| Standing::of(link, &down, server).word;
        assert_eq!(word(LinkState::Live, Some(&id)), "OpenCode down");
        assert_eq!(word(LinkState::Live, None), "Live");
        assert_eq!(word(LinkState::Offline, Some(&id)), "Offline");
        assert_eq!(
            word(LinkState::Unreachable { retry_at: None }, Some(&id)),
            "Nexus unreachable"
        );
        let why = Standing::of(LinkState::Live, &down, Some(&id))
            .trouble
            .unwrap();
        assert_eq!(why, "Nothing listens at http://127.0.0.1:4096.");
    }
}
