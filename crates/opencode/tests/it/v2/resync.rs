//! Whatever is missed, doubled or heard late: in the end an observer has what is read.

use domain::id::SessionId;
use fakes::opencode2::DIRECTORY;
use fakes::{Chance, FakeOpenCode2};
use serde_json::{Value, json};

use super::{Observer, as_read, connected};

/// How many stories are played: some seconds without optimisation.
const STORIES: u64 = 15;
/// How many turns each has.
const TURNS: usize = 3;

/// A session whose turns are played by chance.
struct Story<'a> {
    server: &'a FakeOpenCode2,
    session: String,
    chance: Chance,
    count: u32,
}

impl Story<'_> {
    /// Plays a turn up to its end; `between` happens now and then.
    async fn turn(&mut self, observer: &mut Observer, ways: Ways) {
        self.count += 1;
        let id = format!("msg_prompt{}", self.count);
        let item = json!({ "type": "user", "delivery": "steer", "payload": { "text": id } });
        let waits = json!({ "inboxID": id, "item": item });
        self.happens("inbox.enqueued", waits, observer, ways).await;
        self.server.deliver(&self.session);
        for _ in 0..=self.chance.below(3) {
            self.step(observer, ways).await;
        }
        let end = ["execution.succeeded", "execution.interrupted"];
        let end = end[self.chance.below(2)];
        self.happens(end, json!({ "reason": "user" }), observer, ways)
            .await;
    }

    async fn step(&mut self, observer: &mut Observer, ways: Ways) {
        let step = self.server.step(&self.session);
        let (mut texts, mut thoughts) = (0, 0);
        for call in 0..=self.chance.below(4) {
            match self.chance.below(3) {
                0 => {
                    self.words(&step, "text", texts, observer, ways).await;
                    texts += 1;
                }
                1 => {
                    self.words(&step, "reasoning", thoughts, observer, ways)
                        .await;
                    thoughts += 1;
                }
                _ => self.tool(&step, call, observer, ways).await,
            }
        }
        if self.chance.happens(80) {
            self.server.step_ended(&self.session, &step, "stop");
        } else {
            let error = json!({ "type": "aborted", "message": "" });
            let failed = json!({ "assistantMessageID": step, "error": error });
            self.happens("step.failed", failed, observer, ways).await;
        }
    }

    async fn words(&mut self, step: &str, kind: &str, n: u64, observer: &mut Observer, ways: Ways) {
        let at = |more: Value| {
            let mut data = json!({ "assistantMessageID": step, "ordinal": n });
            for (key, value) in more.as_object().unwrap() {
                data[key] = value.clone();
            }
            data
        };
        let of = |what: &str| format!("{kind}.{what}");
        self.happens(&of("started"), at(json!({})), observer, ways)
            .await;
        for piece in ["Some ", "wörds ", "🦀."] {
            let delta = at(json!({ "delta": piece }));
            self.happens(&of("delta"), delta, observer, ways).await;
        }
        let whole = at(json!({ "text": "Some wörds 🦀." }));
        self.happens(&of("ended"), whole, observer, ways).await;
    }

    async fn tool(&mut self, step: &str, call: usize, observer: &mut Observer, ways: Ways) {
        let at = |more: Value| {
            let mut data = json!({ "assistantMessageID": step, "id": format!("call:{call}") });
            for (key, value) in more.as_object().unwrap() {
                data[key] = value.clone();
            }
            data
        };
        let input = json!({ "command": "ls" });
        for (kind, more) in [
            ("tool.input.started", json!({ "name": "shell" })),
            ("tool.called", json!({ "input": input })),
            ("tool.progress", json!({ "metadata": { "n": 1 } })),
        ] {
            self.happens(kind, at(more), observer, ways).await;
        }
        let (kind, more) = if self.chance.happens(70) {
            let content = json!([{ "type": "text", "text": "a.rs" }]);
            let metadata = json!({ "exit": 0 });
            (
                "tool.success",
                json!({ "content": content, "metadata": metadata }),
            )
        } else {
            let error = json!({ "type": "tool.execution", "message": "no" });
            ("tool.failed", json!({ "error": error, "metadata": {} }))
        };
        self.happens(kind, at(more), observer, ways).await;
    }

    /// Something happens, in the way that chance has.
    async fn happens(&mut self, kind: &str, data: Value, observer: &mut Observer, ways: Ways) {
        let kind = format!("session.{kind}");
        let frame = self.server.publish(&kind, &self.session, data);
        match ways {
            Ways::Smooth => {}
            Ways::Doubled => self.server.raw(format!("data: {frame}\n\n")),
            Ways::Cut => {
                if self.chance.happens(5) {
                    // What is on its way is lost with the connection.
                    self.server.break_streams();
                    *observer = Observer {
                        driver: std::mem::take(&mut observer.driver),
                        ..Observer::of(connected(self.server)).await
                    };
                    observer.read(&SessionId::new(&*self.session)).await;
                }
            }
            // Reads are ahead of the stream.
            Ways::Late => match self.chance.below(5) {
                0 => self.server.hold(),
                1 => {
                    observer.read(&SessionId::new(&*self.session)).await;
                    self.server.let_go();
                }
                _ => {}
            },
        }
    }
}

/// In which way a stream is heard.
#[derive(Clone, Copy, Debug)]
enum Ways {
    Smooth,
    Doubled,
    Cut,
    Late,
}

async fn play(ways: Ways) {
    for seed in 0..STORIES {
        let server = FakeOpenCode2::start().await;
        let mut observer = Observer::of(connected(&server)).await;
        let session = server.session(DIRECTORY, "one");
        let mut story = Story {
            server: &server,
            session: session.clone(),
            chance: Chance::new(seed),
            count: 0,
        };
        for _ in 0..TURNS {
            story.turn(&mut observer, ways).await;
        }
        server.let_go();
        let last = server.publish("session.viewed", &session, json!({ "idle": 1 }));
        let last = last["durable"]["seq"].as_u64().unwrap();
        observer.listen_to(&session, last).await;
        let session = SessionId::new(session);
        let read = as_read(&observer.server, &session).await;
        assert_eq!(observer.transcript(&session), read, "{ways:?}, seed {seed}");
        assert!(!read.is_empty());
    }
}

#[tokio::test]
async fn what_is_heard_is_what_is_read() {
    play(Ways::Smooth).await;
}

#[tokio::test]
async fn what_comes_twice_counts_once() {
    play(Ways::Doubled).await;
}

#[tokio::test]
async fn what_a_break_lost_is_healed_by_reading() {
    play(Ways::Cut).await;
}

#[tokio::test]
async fn what_is_heard_after_it_was_read_changes_nothing() {
    play(Ways::Late).await;
}
