//! The handle that tests hold.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::faults::{Fault, Faults};
use super::journal::Journal;
use super::stream::{Piece, encode};
use super::world::World;
use super::{DIRECTORY, routes, turn};
use crate::line::Inside;
use crate::opencode::listener::Listening;
use crate::opencode::{Recorded, lock};

/// A fake OpenCode 2.x server. Dropping it stops it.
#[derive(Debug)]
pub struct FakeOpenCode2 {
    inner: Arc<Inner>,
    listening: Option<Listening>,
    address: SocketAddr,
}

/// What the handle and the routes share.
#[derive(Debug, Default)]
pub(super) struct Inner {
    pub(super) state: Mutex<State>,
    moved: watch::Sender<u64>,
    /// Whether it has crashed and not risen yet.
    down: watch::Sender<bool>,
}

/// What there is, and what is done with it.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) journal: Journal,
    pub(super) world: World,
    pub(super) faults: Faults,
    /// What a prompt is answered with; it waits in the inbox where there is nothing.
    pub(super) answer: Option<String>,
    pub(super) requests: Vec<Recorded>,
    /// What commands printed that still run, by their shell: no event says it.
    pub(super) printed: BTreeMap<String, String>,
    /// How often each item came into an inbox.
    admissions: BTreeMap<String, u32>,
    streams: Vec<mpsc::Sender<Piece>>,
    /// What happened and was kept from the streams.
    held: Vec<Bytes>,
}

impl State {
    /// Lets something happen, and says so; the frame.
    pub(super) fn publish(&mut self, kind: &str, directory: Option<&str>, data: Value) -> Value {
        let frame = self.miss(kind, directory, data);
        self.say(encode(&frame));
        frame
    }

    /// Lets something happen in a session, and says so; the frame.
    pub(super) fn in_session(&mut self, kind: &str, session: &str, mut data: Value) -> Value {
        data["sessionID"] = json!(session);
        let known = self.world.sessions.get(session);
        let directory = known
            .and_then(|it| it.info["location"]["directory"].as_str())
            .or_else(|| data["location"]["directory"].as_str())
            .unwrap_or(DIRECTORY)
            .to_owned();
        self.publish(kind, Some(&directory), data)
    }

    /// Lets something happen without a word.
    fn miss(&mut self, kind: &str, directory: Option<&str>, data: Value) -> Value {
        let frame = self.journal.frame(kind, directory, data);
        if kind == "session.inbox.enqueued"
            && let Some(id) = frame["data"]["inboxID"].as_str()
        {
            *self.admissions.entry(id.to_owned()).or_default() += 1;
        }
        self.world.apply(&frame);
        frame
    }

    fn say(&mut self, bytes: Bytes) {
        if self.faults.held {
            self.held.push(bytes);
            return;
        }
        // A full queue loses its reader: the stream ends after what is in it, cleanly.
        self.streams
            .retain(|stream| stream.try_send(Ok(bytes.clone())).is_ok());
    }
}

impl Inner {
    pub(super) fn record(&self, request: Recorded) {
        lock(&self.state).requests.push(request);
        self.moved.send_modify(|moved| *moved += 1);
    }

    pub(super) fn listen(&self, stream: mpsc::Sender<Piece>) {
        lock(&self.state).streams.push(stream);
        self.moved.send_modify(|moved| *moved += 1);
    }
}

impl Inside for FakeOpenCode2 {
    fn inside(&self) -> (Router, watch::Receiver<bool>) {
        let router = routes::router(Arc::clone(&self.inner));
        (router, self.inner.down.subscribe())
    }
}

impl FakeOpenCode2 {
    /// Starts one, as 2.0.24 would be.
    ///
    /// # Panics
    /// Where loopback has no free port.
    pub async fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts one at a certain address, as an upgrade in place does.
    ///
    /// # Panics
    /// Where the port is taken.
    #[expect(clippy::expect_used, reason = "without a port there is no test")]
    pub async fn start_at(address: SocketAddr) -> Self {
        let inner = Arc::new(Inner::default());
        let listening = Listening::at(address, routes::router(Arc::clone(&inner)))
            .await
            .expect("a free port on loopback");
        Self {
            inner,
            address: listening.address,
            listening: Some(listening),
        }
    }

    /// The same without a port: it is reached by a [`Line`](crate::Line) alone.
    pub fn inside_only() -> Self {
        Self {
            inner: Arc::default(),
            // Nobody listens at the port of discarded bytes.
            address: SocketAddr::from(([127, 0, 0, 1], 9)),
            listening: None,
        }
    }

    /// Dies where it has no port: whoever uses a line finds nobody until it rises. Sessions,
    /// messages and inboxes stay; asks and running turns are gone without a word.
    pub fn crash(&self) {
        self.inner.down.send_replace(true);
        self.break_streams();
        lock(&self.inner.state).world.restart();
    }

    /// Is there again.
    pub fn rise(&self) {
        self.inner.down.send_replace(false);
    }

    /// How often each item came into an inbox, by its id: once is right.
    pub fn admissions(&self) -> BTreeMap<String, u32> {
        lock(&self.inner.state).admissions.clone()
    }

    /// Whether a request for permission waits for its answer.
    pub fn waits(&self, ask: &str) -> bool {
        let state = lock(&self.inner.state);
        state.world.permissions.iter().any(|it| it["id"] == ask)
    }

    /// Where it is, `http://127.0.0.1:PORT`: another port after each restart.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends and starts again at another port. Sessions, messages and inboxes stay; asks and
    /// running turns are gone without a word.
    ///
    /// # Panics
    /// Where loopback has no free port.
    pub async fn restart(&mut self) {
        self.restart_at(SocketAddr::from(([127, 0, 0, 1], 0))).await;
    }

    /// The same at the port that it has.
    ///
    /// # Panics
    /// Where somebody else took it meanwhile.
    pub async fn restart_in_place(&mut self) {
        self.restart_at(self.address).await;
    }

    #[expect(clippy::expect_used, reason = "without a port there is no test")]
    async fn restart_at(&mut self, address: SocketAddr) {
        self.end_streams();
        if let Some(listening) = self.listening.take() {
            listening.close().await;
        }
        lock(&self.inner.state).world.restart();
        let router = routes::router(Arc::clone(&self.inner));
        let listening = Listening::at(address, router).await.expect("a free port");
        self.address = listening.address;
        self.listening = Some(listening);
    }

    /// Lets its time begin at `millis`: each frame is a millisecond later.
    pub fn begin(&self, millis: u64) {
        lock(&self.inner.state).journal.begin(millis);
    }

    /// Puts a session there, saying so, and gives its id.
    pub fn session(&self, directory: &str, title: &str) -> String {
        let mut state = lock(&self.inner.state);
        let id = format!("ses_{:026}", state.journal.fresh());
        let data = json!({ "title": title, "projectID": "global",
            "location": { "directory": directory } });
        state.in_session("session.created", &id, data);
        id
    }

    /// Lets something happen in a session, and says so; the frame. `kind` is the whole name
    /// (`session.text.started`, `permission.asked`).
    pub fn publish(&self, kind: &str, session: &str, data: Value) -> Value {
        lock(&self.inner.state).in_session(kind, session, data)
    }

    /// Lets something happen in a directory, and says so; the frame.
    pub fn publish_at(&self, kind: &str, directory: Option<&str>, data: Value) -> Value {
        lock(&self.inner.state).publish(kind, directory, data)
    }

    /// Lets something happen in a session that the stream does not say: it was missed.
    pub fn miss(&self, kind: &str, session: &str, mut data: Value) -> Value {
        data["sessionID"] = json!(session);
        lock(&self.inner.state).miss(kind, None, data)
    }

    /// Begins a turn and delivers what waits in the inbox.
    pub fn deliver(&self, session: &str) {
        turn::deliver(&mut lock(&self.inner.state), session);
    }

    /// Begins a step of an answer; the id of its message.
    pub fn step(&self, session: &str) -> String {
        turn::step(&mut lock(&self.inner.state), session)
    }

    /// Says a text in a step, from its beginning to its end.
    pub fn say(&self, session: &str, message: &str, ordinal: u64, text: &str) {
        turn::say(
            &mut lock(&self.inner.state),
            session,
            message,
            ordinal,
            text,
        );
    }

    /// Ends a step.
    pub fn step_ended(&self, session: &str, message: &str, finish: &str) {
        turn::step_ended(&mut lock(&self.inner.state), session, message, finish);
    }

    /// Answers every prompt with this from now on, in a turn of one step; with nothing a
    /// prompt waits in the inbox.
    pub fn answers(&self, answer: Option<&str>) {
        lock(&self.inner.state).answer = answer.map(str::to_owned);
    }

    /// What becomes of the next request of `method` and `path` (`*` is any segment).
    pub fn fault(&self, method: &str, path: &str, fault: Fault) {
        let next = (method.to_owned(), path.to_owned(), fault);
        lock(&self.inner.state).faults.next.push(next);
    }

    /// A command that runs prints something.
    pub fn prints(&self, shell: &str, text: &str) {
        let mut state = lock(&self.inner.state);
        state
            .printed
            .entry(shell.to_owned())
            .or_default()
            .push_str(text);
    }

    /// Keeps what happens from the streams; reads know it.
    pub fn hold(&self) {
        lock(&self.inner.state).faults.held = true;
    }

    /// Lets go what was kept, in order.
    pub fn let_go(&self) {
        let mut state = lock(&self.inner.state);
        state.faults.held = false;
        for bytes in std::mem::take(&mut state.held) {
            state.say(bytes);
        }
    }

    /// Finds nothing in a directory's catalogs when it is first asked.
    pub fn cold(&self, cold: bool) {
        lock(&self.inner.state).faults.cold = cold;
    }

    /// Has the routes and bodies of before 2.0.4.
    pub fn early(&self, early: bool) {
        lock(&self.inner.state).faults.early = early;
    }

    /// Puts bytes on the stream as they are.
    pub fn raw(&self, bytes: impl Into<Bytes>) {
        lock(&self.inner.state).say(bytes.into());
    }

    /// Ends every stream cleanly, as an overflow does.
    pub fn end_streams(&self) {
        lock(&self.inner.state).streams.clear();
    }

    /// Breaks every stream's connection.
    pub fn break_streams(&self) {
        for stream in lock(&self.inner.state).streams.drain(..) {
            // One with a full queue ends anyway.
            let _ = stream.try_send(Err(()));
        }
    }

    /// A session's messages as they would be read.
    pub fn messages(&self, session: &str) -> Vec<Value> {
        let state = lock(&self.inner.state);
        let known = state.world.sessions.get(session);
        known.map(|it| it.rows.clone()).unwrap_or_default()
    }

    /// The sessions that there are, by their ids.
    pub fn sessions(&self) -> Vec<String> {
        let state = lock(&self.inner.state);
        state.world.sessions.keys().cloned().collect()
    }

    /// A session as it would be read.
    pub fn info(&self, session: &str) -> Value {
        let state = lock(&self.inner.state);
        let known = state.world.sessions.get(session);
        known.map(|it| it.info.clone()).unwrap_or_default()
    }

    /// What waits in a session's inbox.
    pub fn inbox(&self, session: &str) -> Vec<Value> {
        let state = lock(&self.inner.state);
        let known = state.world.sessions.get(session);
        known.map(|it| it.inbox.clone()).unwrap_or_default()
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.inner.state).requests.clone()
    }

    /// Waits until there are `count` requests of `method` and `path` (`*` is any segment)
    /// and gives the last of these.
    pub async fn asked(&self, method: &str, path: &str, count: usize) -> Recorded {
        self.wait(|state| {
            let mut asked = state.requests.iter().filter(|it| it.is(method, path));
            asked.nth(count.saturating_sub(1)).cloned()
        })
        .await
    }

    /// Waits until somebody listens to the stream.
    pub async fn listened(&self) {
        self.wait(|state| {
            let streams = &state.streams;
            streams.iter().any(|it| !it.is_closed()).then_some(())
        })
        .await;
    }

    async fn wait<T>(&self, ready: impl Fn(&State) -> Option<T>) -> T {
        let mut moved = self.inner.moved.subscribe();
        loop {
            moved.borrow_and_update();
            let found = ready(&lock(&self.inner.state));
            if let Some(it) = found {
                return it;
            }
            // The sender lives as long as this handle.
            let _ = moved.changed().await;
        }
    }
}
