//! One run: agents at work, a Nexus on a bad line that dies and comes back, two devices on
//! bad networks, and beside them a Nexus and a device that nothing befalls. In the end all
//! is mended, and everybody must have the same.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use app::host::Caller;
use domain::id::{PermissionId, ServerId, SessionId};
use domain::part::PartBody;
use domain::permission::PermissionReply;
use domain::prompt::{Prompt, PromptId, PromptText};
use domain::session::SessionEntry;
use domain::sync::{Viewing, WINDOW_ROWS};
use domain::transcript::Transcript;
use fakes::Chance;
use tokio::task::LocalSet;

use crate::agent::Agents;
use crate::device::{Device, Network};
use crate::line::{self, Cuts, befalls};
use crate::nexus::{Nexus, Running, START};
use crate::peer::{Peer, Tongue, Truth};

/// How many sessions there are.
const SESSIONS: usize = 3;
/// How often something happens.
const ACTS: usize = 90;
/// How long, of the time that stands still, everything gets to come together in the end:
/// longer than any wait in the product.
const CALM: Duration = Duration::from_secs(150);

/// What a run can do with.
type Shared<T> = Rc<RefCell<T>>;

/// What was sent from a device.
#[derive(Clone, Debug)]
struct Sent {
    session: String,
    prompt: Prompt,
    accepted: bool,
}

/// What befell in some runs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Streams of OpenCode that were cut at a random byte.
    pub(crate) upstream: usize,
    /// Streams of devices that were.
    pub(crate) downstream: usize,
    /// Lives of Nexus that ended, and of OpenCode.
    pub(crate) deaths: usize,
    /// Prompts that were sent, and how often they were handed over.
    pub(crate) prompts: usize,
    pub(crate) handovers: usize,
    /// How often OpenCode's log was asked.
    pub(crate) logs: usize,
    /// Runs with a server that keeps no log.
    pub(crate) old: usize,
    /// How often a device began anew.
    pub(crate) resets: usize,
    /// Asks that were answered from a device.
    pub(crate) answers: usize,
    /// Sessions of sub-agents.
    pub(crate) children: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.upstream += more.upstream;
        self.downstream += more.downstream;
        self.deaths += more.deaths;
        self.prompts += more.prompts;
        self.handovers += more.handovers;
        self.logs += more.logs;
        self.old += more.old;
        self.resets += more.resets;
        self.answers += more.answers;
        self.children += more.children;
    }
}

/// Runs `seed` in a time of its own, with a server that `forgets` who is at work or not.
pub(crate) fn run(seed: u64, tongue: Tongue, forgets: bool) -> Tally {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let local = LocalSet::new();
    let tally = local.block_on(&runtime, whole(seed, tongue, forgets));
    drop(local);
    runtime.shutdown_background();
    tally
}

#[expect(clippy::too_many_lines, reason = "a run is one story")]
#[expect(
    clippy::await_holding_refcell_ref,
    reason = "at the end nobody else looks any more"
)]
async fn whole(seed: u64, tongue: Tongue, forgets: bool) -> Tally {
    let mut chance = Chance::new(seed);
    let upstream = Cuts::default();
    let downstream = Cuts::default();
    let server = Peer::new(tongue);
    let old = chance.happens(15);
    server.old(old);
    let mut agents = Agents::new(&server, SESSIONS, chance.fork());
    let names = agents.names();

    let bad = server.line();
    let calm = Nexus::start(server.line(), seed).await;
    let nexus = Rc::new(RefCell::new(Nexus::start(bad.clone(), seed).await));
    let befalls = befalls(chance.fork(), upstream.clone());
    if forgets {
        bad.befall(line::forgets(Chance::new(seed), befalls));
    } else {
        bad.befall(befalls);
    }
    let sent: Shared<Vec<Sent>> = Rc::default();
    let answers: Shared<BTreeMap<String, BTreeSet<i64>>> = Rc::default();

    let mut devices = Vec::new();
    for number in 1..=2 {
        let network = Network::new(chance.fork(), downstream.clone());
        let device = Rc::new(RefCell::new(Some(Device::on(network))));
        let over = Rc::new(RefCell::new(false));
        tokio::task::spawn_local(live(
            number,
            Rc::clone(&device),
            Rc::clone(&nexus),
            names.clone(),
            chance.fork(),
            Rc::clone(&over),
            Rc::clone(&answers),
        ));
        devices.push((device, over));
    }

    let mut deaths = 0;
    for _ in 0..ACTS {
        agents.act(&server);
        tokio::time::sleep(chance.within_ms(120)).await;
        match chance.below(60) {
            0 => {
                deaths += 1;
                server.crash();
                agents.die(&server);
                tokio::time::sleep(chance.within_ms(6_000)).await;
                server.rise();
            }
            1 => {
                deaths += 1;
                nexus.borrow_mut().end();
                tokio::time::sleep(chance.within_ms(3_000)).await;
                begin(&nexus).await;
            }
            2..=5 => {
                let number = sent.borrow().len() as u64 + 1;
                let one = Sent {
                    session: names[chance.below(SESSIONS)].clone(),
                    prompt: prompt(number),
                    accepted: false,
                };
                sent.borrow_mut().push(one);
                tokio::task::spawn_local(send(
                    Rc::clone(&nexus),
                    Rc::clone(&sent),
                    sent.borrow().len() - 1,
                ));
            }
            6 => tokio::time::sleep(chance.within_ms(20_000)).await,
            _ => {}
        }
    }
    agents.finish(&server);
    bad.mend();
    tokio::time::sleep(CALM).await;

    let mut shown = Vec::new();
    for (device, over) in devices {
        over.replace(true);
        // It may be waiting for bytes: the next beat ends that.
        let device = loop {
            let taken = device.borrow_mut().take();
            if let Some(device) = taken {
                break device;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        shown.push(device);
    }
    let mut witness = Device::new();
    let names = agents.names();
    for session in &names {
        look(&mut witness, &calm, session).await;
        let messages = server.truth(session);
        truth(seed, session, &messages, &witness, &agents.said);
        for device in &mut shown {
            device.mend();
            look(device, &nexus.borrow(), session).await;
            assert_eq!(device.gaps, 0, "a frame did not fit");
            compare(seed, session, &witness, device, &agents.said);
        }
    }
    once(seed, &server, &sent.borrow());
    for (ask, by) in answers.borrow().iter() {
        assert_eq!(by.len(), 1, "seed {seed}: {ask} was answered by several");
        assert!(!server.waits(ask), "seed {seed}: {ask} was not answered");
    }
    let requests = server.requests();
    let count = |method: &str, path: &str| {
        let mine = requests.iter().filter(|it| it.is(method, path));
        // The question whether there is a log at all is none to it.
        mine.filter(|it| it.body.get("ses_probe").is_none()).count()
    };
    let sent = sent.borrow().len();
    let logs = count("POST", "/sync/history");
    assert!(!old || logs == 0, "seed {seed}: it keeps no log");
    Tally {
        upstream: upstream.all(),
        downstream: downstream.all(),
        deaths,
        prompts: sent,
        handovers: count("POST", server.prompts()),
        logs,
        old: usize::from(old),
        resets: shown.iter().map(|device| device.resets).sum(),
        answers: answers.borrow().len(),
        children: names.len() - SESSIONS,
    }
}

/// Begins another life without holding on to the old one meanwhile.
#[expect(
    clippy::await_holding_refcell_ref,
    reason = "nobody else looks before it has begun: what runs is none until then"
)]
async fn begin(nexus: &Shared<Nexus>) {
    // Everything that begins is at hand, so nothing is waited for.
    nexus.borrow_mut().begin().await;
}

fn prompt(n: u64) -> Prompt {
    let mut random = [0; 14];
    for (place, byte) in random.iter_mut().zip(n.to_be_bytes().iter().cycle()) {
        *place = *byte % 62;
    }
    Prompt {
        id: PromptId::new(START.plus(n), random),
        text: PromptText::parse(&format!("Prompt {n}")).ok(),
        files: Vec::new(),
        agent: None,
        model: None,
        waits: None,
    }
}

/// Sends a prompt until it is accepted, as an outbox does.
async fn send(nexus: Shared<Nexus>, sent: Shared<Vec<Sent>>, at: usize) {
    let one = sent.borrow()[at].clone();
    loop {
        let running = nexus.borrow().running();
        let server = nexus.borrow().server.clone();
        if let Some(running) = running {
            let session = SessionId::new(&*one.session);
            let call = running
                .host
                .sessions
                .prompt(server, session, one.prompt.clone());
            // The page is closed, sometimes, before the answer comes.
            if let Ok(Ok(())) = tokio::time::timeout(Duration::from_secs(45), call).await {
                sent.borrow_mut()[at].accepted = true;
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
}

/// What a device does of itself: it comes back after each break, and looks around.
async fn live(
    number: i64,
    place: Shared<Option<Device>>,
    nexus: Shared<Nexus>,
    names: Vec<String>,
    mut chance: Chance,
    over: Shared<bool>,
    answers: Shared<BTreeMap<String, BTreeSet<i64>>>,
) {
    let Some(mut device) = place.borrow_mut().take() else {
        return;
    };
    while !*over.borrow() {
        let running = nexus.borrow().running();
        let server = nexus.borrow().server.clone();
        let Some(running) = running else {
            device.close();
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        };
        if chance.happens(30) {
            let session = SessionId::new(&*names[chance.below(names.len())]);
            let server = server.clone();
            device.viewing = Some(Viewing { server, session });
        }
        if chance.happens(15) {
            device.poll(&running, 3_000).await;
            continue;
        }
        device.open(&running).await;
        let frames = 5 + chance.below(200);
        for _ in 0..frames {
            if *over.borrow() || !device.receive().await {
                break;
            }
            if let Some(ask) = device.asks().pop()
                && chance.happens(70)
            {
                let (running, server) = (running.clone(), server.clone());
                let answers = Rc::clone(&answers);
                tokio::task::spawn_local(answer(number, running, server, ask, answers));
            }
        }
        tokio::time::sleep(chance.within_ms(500)).await;
    }
    device.close();
    place.replace(Some(device));
}

/// Answers an ask, as a dock does: once, and whoever was first.
async fn answer(
    number: i64,
    running: Running,
    server: ServerId,
    ask: PermissionId,
    answers: Shared<BTreeMap<String, BTreeSet<i64>>>,
) {
    let caller = Caller {
        session: number,
        name: "A device".to_owned(),
    };
    let reply = running
        .host
        .asks
        .reply(caller, server, ask.clone(), PermissionReply::Once);
    // Where the answer to it is lost, whether it was taken is seen by the stream.
    if let Ok(Ok(())) = tokio::time::timeout(Duration::from_secs(45), reply).await {
        let mut answers = answers.borrow_mut();
        answers.entry(ask.to_string()).or_default().insert(number);
    }
}

/// Looks at `session` until all there is has come.
async fn look(device: &mut Device, nexus: &Nexus, session: &str) {
    device.viewing = Some(Viewing {
        server: nexus.server.clone(),
        session: SessionId::new(session),
    });
    let running = nexus.running().unwrap();
    device.open(&running).await;
    // Nothing happens any more: whoever waits longer than this waits for the next beat.
    let quiet = Duration::from_secs(3);
    while let Ok(true) = tokio::time::timeout(quiet, device.receive()).await {}
    assert!(device.is_open(), "the stream ended");
    assert!(device.transcript(session).is_some(), "no window came");
}

/// What the list shows of a session, but for what depends on who looked when.
fn line_of(device: &Device, session: &str) -> Option<SessionEntry> {
    let id = SessionId::new(session);
    let mut mirrors = device.replica.mirrors.values();
    let entry = mirrors.find_map(|mirror| mirror.sessions.get(&id))?;
    Some(SessionEntry {
        unread: false,
        ..entry.clone()
    })
}

fn compare(
    seed: u64,
    session: &str,
    witness: &Device,
    device: &Device,
    said: &BTreeMap<String, String>,
) {
    assert_eq!(
        line_of(device, session),
        line_of(witness, session),
        "seed {seed}: the list differs in {session}"
    );
    // Sub-agents are there where their family was looked at.
    let sessions = |device: &Device| -> Vec<String> {
        let mirrors = device.replica.mirrors.values();
        let entries = mirrors.flat_map(|mirror| mirror.sessions.values());
        let listed = entries.filter(|entry| entry.is_listed());
        listed.map(|entry| entry.session.id.to_string()).collect()
    };
    assert_eq!(sessions(device), sessions(witness), "seed {seed}: sessions");
    assert_eq!(device.asks(), witness.asks(), "seed {seed}: asks");
    let mut shown = closed(device.transcript(session).unwrap(), said);
    let mut right = closed(witness.transcript(session).unwrap(), said);
    let both = shown.entries.len().min(right.entries.len());
    if shown.older && right.older {
        // Each holds as much as it has seen, and a window at least.
        assert!(both > WINDOW_ROWS / 2, "seed {seed}: {both} of {session}");
        (shown, right) = (shown.tail(both), right.tail(both));
    } else if shown.older != right.older {
        // Of what takes too long less is read, and says that there is more; never less than
        // nothing, and none is missing up to the end.
        let (part, whole) = if shown.older {
            (&shown, &mut right)
        } else {
            (&right, &mut shown)
        };
        assert!(
            !part.entries.is_empty(),
            "seed {seed}: nothing of {session}"
        );
        *whole = whole.tail(part.entries.len());
        whole.older = true;
    }
    for (one, other) in shown.entries.iter().zip(&right.entries) {
        assert_eq!(one, other, "seed {seed}: a message differs in {session}");
    }
    assert_eq!(
        (ids(&shown), shown.older),
        (ids(&right), right.older),
        "seed {seed}: messages of {session}"
    );
    assert_eq!(shown.todos, right.todos);
}

fn ids(transcript: &Transcript) -> Vec<&str> {
    let entries = transcript.entries.iter();
    entries.map(|entry| entry.message.id.as_str()).collect()
}

/// A transcript without the texts that never ended: of those nobody knows the whole. What
/// is shown of them must have been said.
fn closed(transcript: &Transcript, said: &BTreeMap<String, String>) -> Transcript {
    let mut closed = transcript.clone();
    for entry in &mut closed.entries {
        for part in &mut entry.parts {
            let id = part.id.to_string();
            if let PartBody::Text(text) = &mut part.body
                && text.ended.is_none()
                && let Some(said) = said.get(&id)
            {
                let sure = text.hole.unwrap_or(text.text.len());
                let start = text.text.get(..sure).unwrap();
                assert!(said.starts_with(start), "{id} shows {start:?} of {said:?}");
                text.text.clear();
                text.hole = None;
            }
            // When a text began and ended, reads of 2.x do not say.
            if let PartBody::Text(text) = &mut part.body {
                (text.started, text.ended) = (None, None);
            }
        }
    }
    closed
}

/// What a device shows is what the server has.
fn truth(
    seed: u64,
    session: &str,
    messages: &[Truth],
    device: &Device,
    said: &BTreeMap<String, String>,
) {
    let shown = device.transcript(session).unwrap();
    let from = messages.len() - shown.entries.len().min(messages.len());
    let ids: Vec<&str> = messages[from..]
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    let mine: Vec<&str> = shown
        .entries
        .iter()
        .map(|it| it.message.id.as_str())
        .collect();
    assert_eq!(mine, ids, "seed {seed}: messages of {session}");
    for (entry, truth) in shown.entries.iter().zip(&messages[from..]) {
        let mine: Vec<&str> = entry.parts.iter().map(|it| it.id.as_str()).collect();
        let parts: Vec<&str> = truth.parts.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(mine, parts, "seed {seed}: parts of {}", truth.message);
        for (part, (id, words)) in entry.parts.iter().zip(&truth.parts) {
            if let PartBody::Text(text) = &part.body
                && (text.ended.is_some() || !said.contains_key(part.id.as_str()))
            {
                assert_eq!(words.as_deref(), Some(text.text.as_str()), "seed {seed}");
                assert_eq!(text.hole, None, "seed {seed}: a hole is left");
            }
            assert!(!part.body.is_open(), "seed {seed}: {id} is left open");
        }
    }
}

/// Every prompt is there, once, with its words once, and ran once.
fn once(seed: u64, server: &Peer, sent: &[Sent]) {
    let admissions = server.admissions();
    for one in sent {
        let id = one.prompt.id.as_str();
        assert!(one.accepted, "seed {seed}: {id} was never accepted");
        assert_eq!(admissions.get(id), Some(&1), "seed {seed}: {id}");
        let messages = server.truth(&one.session);
        let mine: Vec<&Truth> = messages.iter().filter(|it| it.message == id).collect();
        assert_eq!(mine.len(), 1, "seed {seed}: {id} in {}", one.session);
        let words: Vec<Option<&str>> = mine[0].parts.iter().map(|(_, it)| it.as_deref()).collect();
        assert_eq!(words, [Some(one.prompt.words())], "seed {seed}");
    }
}
