//! OpenCode 2, against a fake that was built from the same notes and shares no code: what is
//! sent, what is made of the answers, and what comes of the stream.

mod asks;
mod calls;
mod overlap;
mod resync;
mod seam;
mod stream;
mod survey;

use domain::event::Event;
use domain::id::{Directory, SessionId};
use domain::mirror::Mirror;
use domain::part::PartBody;
use domain::reduce::reduce;
use domain::transcript::Transcript;
use fakes::FakeOpenCode2;
use fakes::opencode2::{DIRECTORY, PASSWORD};
use opencode::v2::Generation;
use opencode::{Address, Client, Credentials, Subscription, Upstream, V2};

use crate::driver::Driver;

fn client(server: &FakeOpenCode2) -> Client {
    let credentials = Credentials {
        user: "opencode".to_owned(),
        password: PASSWORD.to_owned().into(),
    };
    let address = Address::parse(&server.url()).unwrap();
    Client::new(&address, Some(credentials), "0.0.0").unwrap()
}

fn connected(server: &FakeOpenCode2) -> V2 {
    V2::new(client(server), Generation::Current)
}

fn home() -> Directory {
    Directory::new(DIRECTORY)
}

/// What an observer of a stream has.
struct Observer {
    server: V2,
    stream: Subscription,
    driver: Driver,
}

impl Observer {
    /// One that begins to listen to `server`.
    async fn of(server: V2) -> Self {
        let mut stream = server.subscribe().await.unwrap();
        let first = stream.next().await.unwrap();
        assert_eq!(first, [Upstream::Connected]);
        Self {
            server,
            stream,
            driver: Driver::default(),
        }
    }

    /// Reads a session as it is, for one that was not heard from its beginning.
    async fn read(&mut self, session: &SessionId) {
        if let Some(listed) = self.server.session(session).await.unwrap() {
            let session = listed.session;
            self.apply(Event::SessionUpserted { session });
        }
        for event in events(&self.server, session).await {
            self.apply(event);
        }
    }

    /// Listens, and reads what must be read, up to the durable event `seq` of a session.
    async fn listen_to(&mut self, session: &str, seq: u64) {
        let session = SessionId::new(session);
        let mut reached = false;
        while !reached {
            for heard in self.stream.next().await.unwrap() {
                if let Upstream::Look(look) = heard {
                    for read in self.server.look(&look).await.unwrap() {
                        self.driver.take(read);
                    }
                    continue;
                }
                let here = Upstream::Seq {
                    session: session.clone(),
                    seq,
                };
                reached |= heard == here;
                self.driver.take(heard);
            }
        }
    }

    fn apply(&mut self, event: Event) {
        self.driver.take(Upstream::Event(event));
    }

    fn transcript(&self, session: &SessionId) -> Vec<String> {
        let transcripts = &self.driver.mirror.transcripts;
        transcripts.get(session).map(plain).unwrap_or_default()
    }
}

/// The messages of a session as events.
async fn events(server: &V2, session: &SessionId) -> Vec<Event> {
    let page = server.messages(session, 200, None).await.unwrap();
    let mut events = Vec::new();
    for entry in page.entries {
        let message = entry.message;
        events.push(Event::MessageUpserted { message });
        let parts = entry.parts.into_iter();
        events.extend(parts.map(|part| Event::PartUpserted { part }));
    }
    events
}

/// The messages of a session as they are read.
async fn as_read(server: &V2, session: &SessionId) -> Vec<String> {
    let mut mirror = Mirror::default();
    let transcript = mirror.transcripts.get_or_default(session.clone());
    *transcript = Transcript::default();
    for event in events(server, session).await {
        reduce(&mut mirror, &event);
    }
    mirror
        .transcripts
        .get(session)
        .map(plain)
        .unwrap_or_default()
}

/// A transcript without the times of texts, which reads do not tell.
fn plain(transcript: &Transcript) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in &transcript.entries {
        let message = &entry.message;
        lines.push(format!("{} {:?}", message.id, message.role));
        for part in &entry.parts {
            let told = match &part.body {
                PartBody::Text(it) | PartBody::Reasoning(it) => {
                    format!("{:?} open={} hole={:?}", it.text, it.open, it.hole)
                }
                other @ (PartBody::Tool(_)
                | PartBody::File(_)
                | PartBody::Agent { .. }
                | PartBody::Subtask { .. }
                | PartBody::Compaction { .. }
                | PartBody::Patch { .. }
                | PartBody::Unknown { .. }) => format!("{other:?}"),
            };
            lines.push(format!("  {} {told}", part.id));
        }
    }
    lines
}
