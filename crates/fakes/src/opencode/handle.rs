//! The handle that tests hold.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::faults::{Admission, Manner};
use super::listener::Listening;
use super::record::Recorded;
use super::replay::Replay;
use super::state::State;
use super::stream::{Piece, Sender, encode};
use super::{DIRECTORY, routes};
use crate::line::Inside;

/// A fake OpenCode server. Dropping it stops it.
#[derive(Debug)]
pub struct FakeOpenCode {
    inner: Arc<Inner>,
    listening: Option<Listening>,
    address: SocketAddr,
}

/// What the handle and the routes share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) state: Arc<Mutex<State>>,
    streams: Mutex<Vec<Sender>>,
    /// Moves with every request and every stream, for those who wait.
    moved: watch::Sender<u64>,
    /// Whether it has crashed and not risen yet.
    down: watch::Sender<bool>,
    /// How often each prompt was admitted, by its message's id.
    pub(crate) admissions: Mutex<BTreeMap<String, u32>>,
}

/// Locks; a test that panicked while it held the lock has failed anyway.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    pub(crate) fn record(&self, request: Recorded) {
        lock(&self.state).requests.push(request);
        self.moved.send_modify(|moved| *moved += 1);
    }

    pub(crate) fn listen(&self, stream: Sender) {
        lock(&self.streams).push(stream);
        self.moved.send_modify(|moved| *moved += 1);
    }

    /// Lets something happen and says so.
    pub(crate) fn push(&self, event: &Value) {
        let frames = lock(&self.state).happen(event);
        for frame in frames {
            self.send(&Piece::Bytes(encode(&frame)));
        }
    }

    /// Changes what is known of a session, and says so; answers with what is known then.
    pub(crate) fn change(&self, session: &str, change: impl FnOnce(&mut Value)) -> Option<Value> {
        let known = lock(&self.state).sessions.get(session)?.info.clone();
        let mut info = known;
        change(&mut info);
        self.push(
            &json!({ "type": "session.updated", "directory": info["directory"],
            "properties": { "sessionID": session, "info": info } }),
        );
        Some(info)
    }

    pub(crate) fn use_session(&self, session: &str) {
        let now = lock(&self.state).time();
        self.change(session, |info| info["time"]["updated"] = json!(now));
    }

    fn send(&self, piece: &Piece) {
        lock(&self.streams).retain(|stream| stream.send(piece.clone()).is_ok());
    }
}

impl Inside for FakeOpenCode {
    fn inside(&self) -> (Router, watch::Receiver<bool>) {
        (router(&self.inner), self.inner.down.subscribe())
    }
}

impl FakeOpenCode {
    /// Starts a hybrid server (1.18) without password, in which only the default directory
    /// exists.
    ///
    /// # Panics
    /// Where loopback has no free port.
    #[expect(clippy::expect_used, reason = "without a port there is no test")]
    pub async fn start() -> Self {
        let mut server = Self::inside_only();
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listening = Listening::at(any, router(&server.inner))
            .await
            .expect("a free port on loopback");
        server.address = listening.address;
        server.listening = Some(listening);
        server
    }

    /// The same without a port: it is reached by a [`Line`](crate::Line) alone.
    pub fn inside_only() -> Self {
        let mut state = State::default();
        state.folders.insert(DIRECTORY.to_owned(), Vec::new());
        state
            .folders
            .insert("/home/me".to_owned(), vec![DIRECTORY.to_owned()]);
        let inner = Arc::new(Inner {
            state: Arc::new(Mutex::new(state)),
            streams: Mutex::default(),
            moved: watch::Sender::new(0),
            down: watch::Sender::new(false),
            admissions: Mutex::default(),
        });
        Self {
            inner,
            // Nobody listens at the port of discarded bytes.
            address: SocketAddr::from(([127, 0, 0, 1], 9)),
            listening: None,
        }
    }

    /// Where it is, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes the port and every connection, as a crash does. What is stored stays; what
    /// was only in memory (statuses, asks) is gone.
    pub async fn kill(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.close().await;
        }
        self.crash();
    }

    /// The same where it has no port: whoever uses a line finds nobody until it rises.
    pub fn crash(&self) {
        self.inner.down.send_replace(true);
        lock(&self.inner.streams).clear();
        let mut state = lock(&self.inner.state);
        state.statuses.clear();
        state.permissions.clear();
        state.questions.clear();
    }

    /// Loses what is stored too, as one that is started on another database.
    pub fn lose_all(&self) {
        let mut state = lock(&self.inner.state);
        state.sessions.clear();
        state.log.clear();
    }

    /// Makes a copy of what is stored.
    pub fn save(&self) {
        lock(&self.inner.state).save();
    }

    /// Loses what was stored since the copy, as one whose disk was not written in time.
    pub fn go_back(&self) {
        lock(&self.inner.state).go_back();
    }

    /// Is there again.
    pub fn rise(&self) {
        self.inner.down.send_replace(false);
    }

    /// How often each prompt was admitted, by its message's id: once is right.
    pub fn admissions(&self) -> BTreeMap<String, u32> {
        lock(&self.inner.admissions).clone()
    }

    /// The messages of a session with their parts, as `{info, parts}`.
    pub fn messages(&self, session: &str) -> Vec<Value> {
        let state = lock(&self.inner.state);
        let known = state.sessions.get(session);
        known
            .map(|known| known.messages.clone())
            .unwrap_or_default()
    }

    /// Whether a request for permission waits for its answer.
    pub fn waits(&self, ask: &str) -> bool {
        let state = lock(&self.inner.state);
        state.permissions.iter().any(|(_, it)| it["id"] == ask)
    }

    /// What a session is doing: none where it is idle.
    pub fn status(&self, session: &str) -> Option<Value> {
        lock(&self.inner.state).statuses.get(session).cloned()
    }

    /// Listens again, at the same port.
    ///
    /// # Panics
    /// Where somebody else has taken the port.
    #[expect(clippy::expect_used, reason = "without the port there is no test")]
    pub async fn revive(&mut self) {
        let listening = Listening::at(self.address, router(&self.inner))
            .await
            .expect("the port as before");
        self.rise();
        self.listening = Some(listening);
    }

    /// Lets something happen: `{"type", "properties", "directory"?}` changes what the
    /// server answers and goes out on the stream, a durable event with its number.
    pub fn push(&self, event: Value) {
        self.inner.push(&event);
    }

    /// Lets something happen that the stream does not say: it was missed.
    pub fn miss(&self, event: Value) {
        lock(&self.inner.state).happen(&event);
    }

    /// Puts a session there without a word and gives its id.
    pub fn session(&self, directory: &str, title: &str) -> String {
        let mut state = lock(&self.inner.state);
        let info = state.new_session(directory, &json!({ "title": title }));
        state.folders.entry(directory.to_owned()).or_default();
        let id = info["id"].as_str().unwrap_or_default().to_owned();
        state.happen(&json!({
            "type": "session.created",
            "directory": directory,
            "properties": { "sessionID": id, "info": info },
        }));
        id
    }

    /// Changes what is known of a session, and says so.
    pub fn change(&self, session: &str, change: impl FnOnce(&mut Value)) {
        self.inner.change(session, change);
    }

    /// The session was used just now: the real server notes it with each prompt and at the
    /// end of each step.
    pub fn use_session(&self, session: &str) {
        self.inner.use_session(session);
    }

    /// Puts a message with its parts there without a word. Both name their session.
    pub fn message(&self, info: Value, parts: Vec<Value>) {
        let mut state = lock(&self.inner.state);
        state.happen(&json!({ "type": "message.updated", "properties": { "info": info } }));
        for part in parts {
            state
                .happen(&json!({ "type": "message.part.updated", "properties": { "part": part } }));
        }
    }

    /// Removes a directory: what ran there runs no more, and nobody hears of it.
    pub fn remove_folder(&self, directory: &str) {
        let mut state = lock(&self.inner.state);
        let state = &mut *state;
        state.folders.remove(directory);
        let sessions = &state.sessions;
        let elsewhere = |session: &String| {
            let known = sessions.get(session);
            known.is_none_or(|known| known.info["directory"] != directory)
        };
        state.statuses.retain(|session, _| elsewhere(session));
        state.permissions.retain(|(at, _)| at != directory);
        state.questions.retain(|(at, _)| at != directory);
    }

    /// Lets a directory exist, with these folders in it.
    pub fn folder(&self, directory: &str, folders: &[&str]) {
        let folders = folders.iter().map(|&folder| folder.to_owned()).collect();
        lock(&self.inner.state)
            .folders
            .insert(directory.to_owned(), folders);
    }

    /// Answers `method` of exactly `path` with this status and JSON from now on.
    pub fn answer(&self, method: &str, path: &str, status: u16, body: Value) {
        lock(&self.inner.state)
            .canned
            .insert((method.to_owned(), path.to_owned()), (status, body));
    }

    /// Plays a recording: lines of `{"ch":"global","data":FRAME}`, others are passed over.
    pub fn replay(&self, recording: &str) -> Replay<'_> {
        Replay::new(self, recording)
    }

    pub(crate) fn play(&self, frame: &Value) {
        lock(&self.inner.state).happened(frame);
        self.inner.send(&Piece::Bytes(encode(frame)));
    }

    /// Puts bytes on the stream as they are.
    pub fn raw(&self, bytes: impl Into<Bytes>) {
        self.inner.send(&Piece::Bytes(bytes.into()));
    }

    /// Ends every open stream, as a server that stops does.
    pub fn end_streams(&self) {
        self.inner.send(&Piece::End);
        lock(&self.inner.streams).clear();
    }

    /// Breaks the stream after `bytes` more bytes, wherever that is. Once.
    pub fn cut_stream_after(&self, bytes: usize) {
        lock(&self.inner.state).faults.cut_after = Some(bytes);
    }

    /// Keeps streams open without a byte, heartbeats included; what is pushed meanwhile is
    /// lost.
    pub fn silence(&self, silent: bool) {
        lock(&self.inner.state).faults.silent = silent;
    }

    /// How requests are answered from now on.
    pub fn manner(&self, manner: Manner) {
        lock(&self.inner.state).faults.manner = manner;
    }

    /// What becomes of prompts from now on.
    pub fn admission(&self, admission: Admission) {
        lock(&self.inner.state).faults.admission = admission;
    }

    /// Wants this password (user `opencode`) from now on, or none.
    pub fn password(&self, password: Option<&str>) {
        lock(&self.inner.state).faults.password = password.map(str::to_owned);
    }

    /// Lets each answer wait.
    pub fn delay(&self, delay: Duration) {
        lock(&self.inner.state).faults.delay = delay;
    }

    /// The server's time, a second later each time it is asked.
    pub fn time(&self) -> u64 {
        lock(&self.inner.state).time()
    }

    /// Lets a prompt to a session at rest begin a turn, which ends at once without a word.
    pub fn turns(&self, turns: bool) {
        lock(&self.inner.state).faults.turns = turns;
    }

    /// Speaks like an old server: no `/api`, no list over all directories, no log.
    pub fn old(&self, old: bool) {
        lock(&self.inner.state).faults.old = old;
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.inner.state).requests.clone()
    }

    /// Waits until there are `count` requests of `method` and `path` (`*` is any segment)
    /// and gives the last of these.
    pub async fn asked(&self, method: &str, path: &str, count: usize) -> Recorded {
        self.wait(|inner| {
            let state = lock(&inner.state);
            let mut asked = state.requests.iter().filter(|it| it.is(method, path));
            asked.nth(count.saturating_sub(1)).cloned()
        })
        .await
    }

    /// Waits until somebody listens to the stream.
    pub async fn listened(&self) {
        self.wait(|inner| {
            let mut streams = lock(&inner.streams);
            streams.retain(|stream| !stream.is_closed());
            (!streams.is_empty()).then_some(())
        })
        .await;
    }

    /// How many listen to the stream.
    pub fn listeners(&self) -> usize {
        let mut streams = lock(&self.inner.streams);
        streams.retain(|stream| !stream.is_closed());
        streams.len()
    }

    async fn wait<T>(&self, ready: impl Fn(&Inner) -> Option<T>) -> T {
        let mut moved = self.inner.moved.subscribe();
        loop {
            moved.borrow_and_update();
            if let Some(it) = ready(&self.inner) {
                return it;
            }
            // The sender lives as long as this handle.
            let _ = moved.changed().await;
        }
    }
}

fn router(inner: &Arc<Inner>) -> Router {
    routes::router(Arc::clone(inner))
}
