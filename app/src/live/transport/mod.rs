//! The link's hands in the browser: opens streams, feeds what they say into the copy,
//! fires signals, sends focus and prompts. All that is decided is decided in `link`,
//! `outbox` and `domain`; there is one transport to a page.

mod focus;
mod keep;
mod pages;
mod post;
mod ticker;
mod ways;

use std::cell::RefCell;

use domain::id::StreamId;
use domain::sync::{Applied, Frame, Hello, Moved, PROTOCOL, StreamRequest};
use domain::time::Millis;

use super::Live;
use super::link::{Broke, Conn, Effect, Input, Link, Way};
use super::link_state::LinkState;
use super::outbox::Kept;
use super::refresh::put;
use super::sse::Cutter;
use crate::browser::clock::{self, Timer};
use crate::browser::stream::{Over, Said, Stream};
use crate::browser::{chance, stream, window, worker};
use focus::Looking;
use keep::Keeping;
use pages::Shares;

/// Where the stream is.
const STREAM: &str = "/api/stream";
/// Where it is polled.
const POLL: &str = "/api/stream/poll";

thread_local! {
    static TRANSPORT: RefCell<Option<Transport>> = const { RefCell::new(None) };
}

/// Does something with the transport; nothing where there is none (the plain forms).
pub(super) fn with<R>(work: impl FnOnce(&mut Transport) -> R) -> Option<R> {
    TRANSPORT.with(|transport| {
        // Nothing here calls back at once: signals and fetches answer in a later task.
        let mut transport = transport.try_borrow_mut().ok()?;
        transport.as_mut().map(work)
    })
}

/// Begins: what the page shows is kept up from here on.
pub(crate) fn start(live: &Live) {
    let transport = Transport {
        live: live.clone(),
        link: Link::new(ways::remembered()),
        has_begun: false,
        shares: Shares::default(),
        open: Vec::new(),
        held: Vec::new(),
        speaking: None,
        focus_busy: false,
        timer: None,
        retry: None,
        slow: None,
        clock: None,
        ahead: 0,
        kept: Kept::default(),
        keeping: Keeping::default(),
    };
    TRANSPORT.with(|place| place.replace(Some(transport)));
    with(|transport| {
        transport.restore();
        transport.live.0.lock().visible = window::is_visible();
        transport.begin();
        if window::is_offline() {
            transport.input(Input::Offline);
        }
        if !window::is_visible() {
            transport.input(Input::Hidden);
            transport.is_hidden();
        }
        transport.tick_clock();
    });
    listen();
    worker::register();
}

fn listen() {
    for (event, input) in [
        ("online", Input::Online),
        ("offline", Input::Offline),
        ("pageshow", Input::Visible),
    ] {
        window::on_window(event, move || {
            with(|transport| transport.input(input.clone()));
        });
    }
    window::on_window("storage", || {
        with(Transport::kept_elsewhere);
    });
    window::on_visibility(|| {
        with(|transport| {
            let visible = window::is_visible();
            transport.live.0.lock().visible = visible;
            if visible {
                transport.input(Input::Visible);
                transport.is_shown();
            } else {
                transport.input(Input::Hidden);
                transport.is_hidden();
            }
            transport.send_focus();
            transport.tick_clock();
        });
    });
}

/// The hands, and what they hold.
pub(super) struct Transport {
    live: Live,
    link: Link,
    /// Whether the first stream was opened.
    has_begun: bool,
    shares: Shares,
    open: Vec<Open>,
    /// What a stream said that is about to be replaced.
    held: Vec<(Conn, Frame)>,
    /// The stream that frames are taken from, and what it knows of our focus.
    speaking: Option<Speaking>,
    focus_busy: bool,
    /// Goes off at the link's deadline.
    timer: Option<Timer>,
    /// Goes off when prompts are tried again.
    retry: Option<Timer>,
    /// Goes off when a transcript has been on its way for longer than a moment.
    slow: Option<Timer>,
    /// Goes off when the time that is shown moves on.
    clock: Option<Timer>,
    /// How far the server's clock is ahead of this device's, in milliseconds.
    ahead: i64,
    /// What the device keeps of the outbox, and where.
    kept: Kept,
    keeping: Keeping,
}

struct Open {
    conn: Conn,
    way: Way,
    cutter: Cutter,
    asked: Looking,
    /// Whether it was told that the transcript on view is held.
    holds: bool,
    /// The request that is under way.
    stream: Stream,
    /// Goes off when the next poll is due.
    pause: Option<Timer>,
}

struct Speaking {
    conn: Conn,
    id: StreamId,
    knows: Option<Looking>,
}

impl Transport {
    /// Something happened to the link.
    pub(super) fn input(&mut self, input: Input) {
        let effects = self.link.handle(input, clock::now(), chance::part());
        for effect in effects {
            match effect {
                Effect::Open(conn, way) => self.open_stream(conn, way),
                Effect::Close(conn) => self.open.retain(|open| open.conn != conn),
                Effect::Remember(until) => ways::remember(until),
            }
        }
        self.let_go_of_held();
        self.show();
    }

    fn open_stream(&mut self, conn: Conn, way: Way) {
        let asked = self.looking();
        let open = self.stream_request(&asked);
        let holds = open.focus.sessions.iter().any(|viewed| viewed.held);
        // Strings, numbers and maps with text keys cannot fail to be written.
        let (path, body) = match way {
            Way::Stream => (STREAM, serde_json::to_string(&open).unwrap_or_default()),
            Way::Poll => (POLL, ways::first_poll(open)),
        };
        let stream = stream::open(path, body, move |said| {
            with(|transport| transport.said(conn, said));
        });
        self.open.push(Open {
            conn,
            way,
            cutter: Cutter::default(),
            asked,
            holds,
            stream,
            pause: None,
        });
    }

    /// What a stream is opened with, for a page that looks at `looking`.
    fn stream_request(&self, looking: &Looking) -> StreamRequest {
        let mut store = self.live.0.lock();
        let focus = looking.focus(&mut store.replica);
        StreamRequest {
            protocol: PROTOCOL,
            build: self.live.0.build.clone(),
            cursor: store.replica.cursor().clone(),
            focus,
        }
    }

    /// Shows how the link stands, and waits for its deadline.
    fn show(&mut self) {
        let now = clock::now();
        let shown = match self.link.state(now) {
            LinkState::Reconnecting { retry_at } => LinkState::Reconnecting {
                retry_at: retry_at.map(|at| self.server_time(at)),
            },
            LinkState::Unreachable { retry_at } => LinkState::Unreachable {
                retry_at: retry_at.map(|at| self.server_time(at)),
            },
            other @ (LinkState::Starting
            | LinkState::Live
            | LinkState::CatchingUp
            | LinkState::Offline
            | LinkState::SignedOut
            | LinkState::UpdateReady) => other,
        };
        put(&self.live.0.link, shown);
        self.timer = self.link.deadline(now).map(|at| {
            Timer::after(at.since(now), || {
                with(|transport| transport.input(Input::Tick));
            })
        });
    }

    fn said(&mut self, conn: Conn, said: Said) {
        if !self.link.wants(conn) {
            return;
        }
        match said {
            Said::Bytes(bytes) => {
                let now = clock::now();
                self.live.0.lock().quality.bytes(bytes.len(), now);
                self.input(Input::Bytes(conn));
                let open = self.open.iter_mut().find(|open| open.conn == conn);
                match open.map(|open| open.cutter.push(&bytes)) {
                    Some(Ok(frames)) => self.take(conn, frames),
                    Some(Err(_)) => self.closed(conn, Broke::Refused),
                    None => {}
                }
            }
            Said::Over(Over::SignedOut) => self.input(Input::SignedOut),
            Said::Over(Over::NoAnswer) => self.closed(conn, Broke::NoAnswer),
            Said::Over(Over::Refused) => self.closed(conn, Broke::Refused),
            Said::Over(Over::Broken) => self.closed(conn, Broke::Ended),
            Said::Over(Over::Ended) => {
                if !self.polls_on(conn) {
                    self.closed(conn, Broke::Ended);
                }
            }
        }
    }

    fn closed(&mut self, conn: Conn, broke: Broke) {
        self.open.retain(|open| open.conn != conn);
        self.input(Input::Closed(conn, broke));
    }

    /// Takes what one read brought: all of it is applied before anything is drawn.
    fn take(&mut self, conn: Conn, frames: Vec<Frame>) {
        let mut moved = Vec::new();
        for frame in frames {
            match frame {
                Frame::Hello(hello) => self.greeted(conn, hello),
                Frame::Beat { now, beat_ms } => {
                    self.set_time(now);
                    self.input(Input::Beat(conn, beat_ms));
                    self.drop_old();
                }
                Frame::Farewell(farewell) => self.input(Input::Farewell(conn, farewell)),
                state @ (Frame::HouseReset { .. }
                | Frame::HouseEvents { .. }
                | Frame::Reset { .. }
                | Frame::Events { .. }
                | Frame::Index { .. }
                | Frame::Window { .. }
                | Frame::Passage { .. }
                | Frame::WindowLapsed { .. }
                | Frame::WindowFailed { .. }) => {
                    if self.link.holds_back(conn) {
                        self.held.push((conn, state));
                    } else if self.link.wants(conn) {
                        self.apply(conn, state, &mut moved);
                    }
                }
            }
        }
        self.draw(&moved);
    }

    /// A stream said hello, or one that is polled did again.
    fn greeted(&mut self, conn: Conn, hello: Hello) {
        self.set_time(hello.now);
        let open = self.open.iter().find(|open| open.conn == conn);
        let Some(open) = open else {
            return;
        };
        // What was held may have been let go of since, for a look at something else.
        let knows = (!open.holds || self.holds_transcript()).then(|| open.asked.clone());
        let way = open.way;
        let is_new = self
            .speaking
            .as_ref()
            .is_none_or(|speaking| speaking.conn != conn || speaking.id != hello.stream);
        self.speaking = Some(Speaking {
            conn,
            id: hello.stream,
            knows,
        });
        if is_new {
            let polls = way == Way::Poll;
            self.live.0.lock().quality.hello(clock::now(), polls);
            self.input(Input::Hello(conn, hello.beat_ms));
            crate::chunk::try_again();
            self.read_again();
        }
        self.send_focus();
    }

    /// What was held back is applied if the stream that said it goes on after all.
    fn let_go_of_held(&mut self) {
        if self.held.is_empty() {
            return;
        }
        if self
            .held
            .iter()
            .any(|(conn, _)| self.link.holds_back(*conn))
        {
            return;
        }
        let mut moved = Vec::new();
        for (conn, frame) in std::mem::take(&mut self.held) {
            if self.link.wants(conn) {
                self.apply(conn, frame, &mut moved);
            }
        }
        self.draw(&moved);
    }

    fn apply(&mut self, conn: Conn, frame: Frame, moved: &mut Vec<Moved>) {
        let applied = {
            let mut store = self.live.0.lock();
            store.count(&frame, clock::now());
            store.apply(frame)
        };
        self.live.0.refresh_fresh();
        match applied {
            Applied::Moved(these) => moved.extend(these),
            Applied::Nothing => {}
            Applied::Gap => self.input(Input::Gap(conn)),
        }
    }

    fn draw(&mut self, moved: &[Moved]) {
        if moved.is_empty() {
            return;
        }
        let seen = self.take_seen();
        self.live.0.refresh(moved);
        if seen {
            self.outbox_moved();
        }
        if moved.iter().any(|moved| matches!(moved, Moved::House)) {
            self.look_again();
            // A server that is back takes what waited for it.
            self.post();
        }
        self.tick_clock();
    }

    /// The present stream.
    pub(super) fn stream(&self) -> Option<StreamId> {
        let speaking = self.speaking.as_ref()?;
        self.link.wants(speaking.conn).then(|| speaking.id.clone())
    }

    fn set_time(&mut self, server: Millis) {
        let here = clock::now();
        self.ahead = server.0.cast_signed() - here.0.cast_signed();
    }

    fn server_time(&self, here: Millis) -> Millis {
        Millis(here.0.saturating_add_signed(self.ahead))
    }
}
