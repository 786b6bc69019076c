//! The way from Nexus to the fake: without a socket, and with whatever may befall.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::house::ServerFault;
use fakes::{Broken, Chance, Course, Fate, Line};
use opencode::Carrier;
use reqwest::{Request, Response};

/// Where other servers are, by their ports.
pub(crate) type Elsewhere = Arc<Mutex<BTreeMap<u16, Line>>>;

/// Carries requests over a fake's line, or to one that is elsewhere.
#[derive(Debug)]
pub(crate) struct Over {
    pub(crate) line: Line,
    pub(crate) elsewhere: Elsewhere,
}

#[async_trait]
impl Carrier for Over {
    async fn carry(&self, request: Request) -> Result<Response, ServerFault> {
        let port = request.url().port().unwrap_or_default();
        let line = self.elsewhere.lock().unwrap().get(&port).cloned();
        let request = http::Request::<reqwest::Body>::try_from(request);
        let request = request.map_err(|_| ServerFault::Unreachable)?;
        let line = line.unwrap_or_else(|| self.line.clone());
        // Where a password is wanted it is this one; where none is, it is of no interest.
        let mut request = request;
        let known = format!("opencode:{}", fakes::opencode2::PASSWORD);
        let basic = format!("Basic {}", STANDARD.encode(known));
        request
            .headers_mut()
            .entry(http::header::AUTHORIZATION)
            .or_insert_with(|| basic.parse().unwrap());
        let answer = line.call(request.map(Body::new)).await;
        let answer = answer.map_err(|broken| match broken {
            Broken::Refused => ServerFault::Refused,
            Broken::Reset => ServerFault::Ended,
        })?;
        Ok(Response::from(answer.map(|body| {
            reqwest::Body::wrap_stream(body.into_data_stream())
        })))
    }
}

/// How many streams were cut at a random byte.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cuts(Arc<AtomicUsize>);

impl Cuts {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn all(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// The same on the way to a server that often forgets who is at work there.
pub(crate) fn forgets(
    mut chance: Chance,
    mut befalls: impl FnMut(&str, &str) -> Fate + Send + 'static,
) -> impl FnMut(&str, &str) -> Fate + Send + 'static {
    move |method, path| {
        let says_who = matches!(path, "/session/status" | "/api/session/active");
        if says_who && chance.happens(50) {
            return Fate::Blank;
        }
        befalls(method, path)
    }
}

/// How many in a hundred of the answers that are read beside everything else are errors.
const STUMBLES: usize = 25;

/// A line on which anything befalls anything, by chance.
pub(crate) fn befalls(
    mut chance: Chance,
    cuts: Cuts,
) -> impl FnMut(&str, &str) -> Fate + Send + 'static {
    move |method, path| {
        if matches!(path, "/global/event" | "/api/event") {
            return stream(&mut chance, &cuts);
        }
        // What is read beside everything else: were it missing, nobody would notice soon.
        let beside = ["/todo", "/session/status", "/permission", "/question"];
        if beside.iter().any(|it| path.ends_with(it)) && chance.happens(STUMBLES) {
            return Fate::Stumbled;
        }
        let delivers = method == "POST" && path.contains("/prompt");
        let fate = chance.below(if delivers { 40 } else { 130 });
        match fate {
            0 => Fate::Refused,
            1 => Fate::Lost,
            2 => Fate::Status(500),
            3 => Fate::Html,
            4 => Fate::Silent,
            5 | 6 => Fate::Late(chance.within_ms(2_500)),
            7..=9 => Fate::Unanswered,
            10..=14 if delivers => Fate::Unanswered,
            // Not those that hand something over: what is refused need not be repeated.
            15..=17 if !delivers => Fate::Delayed(chance.within_ms(2_500)),
            18..=20 if method == "GET" => Fate::Stumbled,
            _ => Fate::Well,
        }
    }
}

fn stream(chance: &mut Chance, cuts: &Cuts) -> Fate {
    match chance.below(16) {
        0 => return Fate::Refused,
        1 => return Fate::Html,
        2 => return Fate::Status(502),
        _ => {}
    }
    let cut_after = chance.happens(80).then(|| {
        cuts.count();
        // Most breaks are soon, some in the middle of something.
        let most = if chance.happens(50) { 3_000 } else { 30_000 };
        chance.below(most)
    });
    Fate::Streamed(Course {
        cut_after,
        pieces: chance.happens(60).then(|| 1 + chance.below(300)),
        stall: chance.happens(15).then(|| {
            let after = chance.below(8_000);
            (after, Duration::from_secs(chance.below(45) as u64))
        }),
        doubles: chance.happens(40).then_some(12),
        reorders: chance.happens(40),
        seed: chance.next(),
    })
}
