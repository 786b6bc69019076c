//! Telling the server what the page looks at, one request at a time: two might overtake
//! each other.

use domain::house::ServerLink;
use domain::sync::{Focus, Replica, WindowFault};
use leptos::task::spawn_local;

use super::{Conn, Input, Timer, Transport, with};
use crate::api::streams;
use crate::fault::Fault;
use crate::live::SessionKey;

/// A transcript that takes longer than this, in milliseconds, is said to be on its way:
/// before, a note would only flicker.
const SLOW_MS: u64 = 400;

/// What the page looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Looking {
    viewing: Option<SessionKey>,
    index: u32,
    visible: bool,
}

impl Looking {
    /// In the protocol's words; forgets the transcripts that are no longer looked at.
    pub(super) fn focus(&self, replica: &mut Replica) -> Focus {
        replica.focus(self.viewing.as_ref(), self.index, self.visible)
    }
}

impl Transport {
    pub(super) fn looking(&self) -> Looking {
        let store = self.live.0.lock();
        Looking {
            viewing: store.viewing.clone(),
            index: store.index,
            visible: store.visible,
        }
    }

    /// Whether the transcript of the session on view is here.
    pub(super) fn holds_transcript(&self) -> bool {
        let store = self.live.0.lock();
        let viewing = store.viewing.as_ref();
        viewing.is_some_and(|key| store.transcript(key).is_some())
    }

    /// The page shows another session, or none.
    pub(in crate::live) fn look(&mut self) {
        let viewing = self.looking().viewing;
        self.slow = viewing.map(|key| {
            Timer::after(SLOW_MS, move || {
                with(|transport| transport.say_slow(&key));
            })
        });
        self.drop_sent_elsewhere();
        self.send_focus();
    }

    fn say_slow(&mut self, key: &SessionKey) {
        let missing = {
            let mut store = self.live.0.lock();
            let missing = store.viewing.as_ref() == Some(key) && store.transcript(key).is_none();
            if missing {
                store.slow = Some(key.clone());
            }
            missing
        };
        if missing {
            self.live.0.refresh_rows(key);
        }
    }

    /// Asks again for a transcript that could not be had.
    pub(in crate::live) fn load_again(&mut self) {
        if let Some(speaking) = &mut self.speaking {
            speaking.knows = None;
        }
        self.look();
    }

    /// A server that is back may have the transcript that could not be had.
    pub(super) fn look_again(&mut self) {
        let failed = {
            let store = self.live.0.lock();
            store.viewing.clone().filter(|key| {
                let connected = store
                    .replica
                    .house
                    .servers
                    .get(&key.server)
                    .is_some_and(|server| matches!(server.link, ServerLink::Connected { .. }));
                connected && store.failed.get(key) == Some(&WindowFault::Unreachable)
            })
        };
        if let Some(key) = failed {
            self.live.load_again(&key);
            self.load_again();
        }
    }

    /// Tells the present stream what the page looks at, unless it knows.
    pub(super) fn send_focus(&mut self) {
        let looking = self.looking();
        let Some(speaking) = &self.speaking else {
            return;
        };
        let knows = speaking.knows.as_ref() == Some(&looking);
        if self.focus_busy || knows || !self.link.wants(speaking.conn) {
            return;
        }
        self.focus_busy = true;
        let (conn, stream) = (speaking.conn, speaking.id.clone());
        let focus = looking.focus(&mut self.live.0.lock().replica);
        spawn_local(async move {
            let answer = streams::set_focus(stream, focus).await;
            with(|transport| transport.focus_answered(conn, looking, &answer));
        });
    }

    fn focus_answered(&mut self, conn: Conn, looking: Looking, answer: &Result<(), Fault>) {
        self.focus_busy = false;
        match answer {
            Ok(()) => {
                if let Some(speaking) = self.speaking.as_mut().filter(|now| now.conn == conn) {
                    speaking.knows = Some(looking);
                }
            }
            Err(Fault::SignedOut) => self.input(Input::SignedOut),
            // A stream that does not know our focus would leave us waiting for ever; a new
            // one is told of it as it is opened.
            Err(_) => self.input(Input::Gap(conn)),
        }
        self.send_focus();
    }
}
