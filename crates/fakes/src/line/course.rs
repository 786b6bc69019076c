//! How an answer that streams comes through.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::stream::{self, Fuse};
use futures_util::{FutureExt as _, StreamExt as _};

use crate::chance::Chance;

/// How an answer that streams comes through. Bytes are counted from its beginning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// The connection breaks after this many bytes.
    pub cut_after: Option<usize>,
    /// The bytes come in pieces of at most this many, the sizes by chance.
    pub pieces: Option<usize>,
    /// After this many bytes nothing comes for this long.
    pub stall: Option<(usize, Duration)>,
    /// About one in so many frames comes twice.
    pub doubles: Option<u32>,
    /// Neighbouring frames of different sessions may change places.
    pub reorders: bool,
    /// What chance begins with.
    pub seed: u64,
}

impl Course {
    /// Lets `body` take this course.
    pub(super) fn take(self, body: Body) -> Body {
        let under_way = UnderWay {
            chance: Chance::new(self.seed),
            course: self,
            source: body.into_data_stream().fuse(),
            ready: VecDeque::new(),
            sent: 0,
            over: false,
        };
        Body::from_stream(stream::unfold(under_way, next))
    }
}

struct UnderWay {
    course: Course,
    chance: Chance,
    source: Fuse<BodyDataStream>,
    ready: VecDeque<Bytes>,
    sent: usize,
    over: bool,
}

async fn next(mut it: UnderWay) -> Option<(io::Result<Bytes>, UnderWay)> {
    if it.over {
        return None;
    }
    while it.ready.is_empty() {
        let frame = it.source.next().await?;
        let Ok(frame) = frame else {
            return Some(broken(it));
        };
        it.arrived(frame);
    }
    if let Some((after, wait)) = it.course.stall
        && it.sent >= after
    {
        it.course.stall = None;
        tokio::time::sleep(wait).await;
    }
    let mut piece = it.ready.pop_front()?;
    if let Some(most) = it.course.pieces {
        let size = 1 + it.chance.below(most);
        if size < piece.len() {
            it.ready.push_front(piece.split_off(size));
        }
    }
    if let Some(after) = it.course.cut_after {
        let left = after.saturating_sub(it.sent);
        if left == 0 {
            return Some(broken(it));
        }
        if left < piece.len() {
            it.ready.push_front(piece.split_off(left));
        }
    }
    it.sent += piece.len();
    Some((Ok(piece), it))
}

fn broken(mut it: UnderWay) -> (io::Result<Bytes>, UnderWay) {
    it.over = true;
    let broken = io::Error::from(io::ErrorKind::ConnectionReset);
    (Err(broken), it)
}

impl UnderWay {
    fn arrived(&mut self, frame: Bytes) {
        if self.course.reorders
            && self.chance.below(2) == 0
            && let Some(Some(Ok(second))) = self.source.next().now_or_never()
        {
            let apart = session_of(&frame).zip(session_of(&second));
            if apart.is_some_and(|(one, other)| one != other) {
                self.twice_perhaps(second);
                self.twice_perhaps(frame);
            } else {
                self.twice_perhaps(frame);
                self.twice_perhaps(second);
            }
            return;
        }
        self.twice_perhaps(frame);
    }

    fn twice_perhaps(&mut self, frame: Bytes) {
        if let Some(one_in) = self.course.doubles
            && is_frame(&frame)
            && self.chance.below(one_in as usize) == 0
        {
            self.ready.push_back(frame.clone());
        }
        self.ready.push_back(frame);
    }
}

fn is_frame(bytes: &Bytes) -> bool {
    bytes.starts_with(b"data:") && bytes.ends_with(b"\n\n")
}

/// The first session that a frame names.
fn session_of(frame: &Bytes) -> Option<&str> {
    let text = std::str::from_utf8(frame).ok()?;
    let (_, behind) = text.split_once("\"sessionID\":\"")?;
    behind.split('"').next()
}
