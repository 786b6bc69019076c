//! The OpenCode of this machine: the one that runs already at the usual address, else the
//! background service of 2.x, else one that we start in our working directory, with a
//! password of its own, and keep running.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::house::{ServerFault, ServerLink};
use domain::time::Millis;
use opencode::{Address, Credentials};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Parts, USER, service};
use crate::process::child::{Child, Launch, News};
use crate::process::machine::{Effect, Ending, Event, Machine, State};
use crate::random;
use crate::relay::handle::{Relay, Target, Want};

/// Where OpenCode listens where nothing else was said.
pub(super) const LOCAL_ADDRESS: &str = "http://127.0.0.1:4096";
/// Names the program where it is not `opencode` on the PATH.
const PROGRAM_VARIABLE: &str = "OPENCODE_NEXUS_OPENCODE_BIN";
/// What OpenCode says when it listens, before the address.
const LISTENING: &str = "listening on ";
/// How often a program that was started is asked whether it is there.
const READY_LOOK: Duration = Duration::from_secs(1);
/// How often the file of the background service is looked at: it has another port and
/// another password after each start.
const SERVICE_LOOK: Duration = Duration::from_secs(2);
/// How many orders wait; they come from a person's hand.
const ORDERS_MAX: usize = 8;

/// A handle to this machine's OpenCode; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Local {
    orders: mpsc::Sender<Order>,
}

/// What to do with it.
#[derive(Debug)]
pub(super) enum Order {
    /// It is wanted; tried again at once where it cannot be had.
    Start,
    /// It is not wanted.
    Stop,
    /// What the one that runs already wants to hear.
    Credentials(Option<Credentials>),
}

impl Local {
    pub(super) fn start(parts: &Parts, relay: Relay, credentials: Option<Credentials>) -> Self {
        let (orders, inbox) = mpsc::channel(ORDERS_MAX);
        let keeper = Keeper {
            parts: parts.clone(),
            relay,
            credentials,
            orders: inbox,
            began: Instant::now(),
            usual: Address::parse(LOCAL_ADDRESS).ok(),
            state: service::state_here(),
        };
        parts.around.life.spawn(keeper.run());
        Self { orders }
    }

    pub(super) async fn tell(&self, order: Order) {
        // A keeper that is gone is shutting down.
        let _ = self.orders.send(order).await;
    }
}

struct Keeper {
    parts: Parts,
    relay: Relay,
    credentials: Option<Credentials>,
    orders: mpsc::Receiver<Order>,
    began: Instant,
    /// Where one is looked for that runs already.
    usual: Option<Address>,
    /// Where OpenCode keeps its state.
    state: Option<PathBuf>,
}

/// A program of ours, and how to speak with it.
struct Own {
    child: Child,
    /// Where it was told to listen.
    target: Target,
}

/// What wakes the keeper of a program.
enum Wake {
    Order(Option<Order>),
    News(News),
    /// It answers where it was told to listen.
    Answers(Target),
    Time,
    Ending,
}

impl Keeper {
    async fn run(mut self) {
        let soft = self.parts.around.life.soft().clone();
        loop {
            let order = tokio::select! {
                () = soft.cancelled() => return,
                order = self.orders.recv() => order,
            };
            match order {
                None => return,
                Some(Order::Stop) => {}
                Some(Order::Credentials(credentials)) => {
                    self.credentials = credentials;
                    self.have(&soft).await;
                }
                Some(Order::Start) => self.have(&soft).await,
            }
            self.relay.want(Want::Nothing);
        }
    }

    /// Has an OpenCode until it is not wanted any more.
    async fn have(&mut self, soft: &tokio_util::sync::CancellationToken) {
        loop {
            let since = self.now();
            self.relay
                .want(Want::Wait(ServerLink::Connecting { since }));
            let usual = self.usual.clone().map(|address| Target {
                address,
                credentials: self.credentials.clone(),
            });
            if let Some(usual) = usual
                && self.answers(&usual).await
            {
                return self.use_running(usual.address, soft).await;
            }
            match self.service().await {
                Some(found) if self.answers(&found).await => {
                    if !self.use_service(found, soft).await {
                        return;
                    }
                }
                Some(_) | None => return self.keep_own(soft).await,
            }
        }
    }

    async fn answers(&self, target: &Target) -> bool {
        service::answers(target, &self.parts.around.version).await
    }

    /// Where the background service is, if there is one.
    async fn service(&self) -> Option<Target> {
        let state = self.state.as_ref()?;
        service::find(state).await?.target()
    }

    /// Uses the background service, wherever its file says that it is, until it is not wanted
    /// any more. True where it is wanted and gone: another must be had.
    async fn use_service(
        &mut self,
        mut target: Target,
        soft: &tokio_util::sync::CancellationToken,
    ) -> bool {
        loop {
            self.tell_house(&target.address, false);
            self.relay.want(Want::At(target.clone()));
            loop {
                let order = tokio::select! {
                    () = soft.cancelled() => return false,
                    order = self.orders.recv() => Some(order),
                    () = tokio::time::sleep(SERVICE_LOOK) => None,
                };
                match order {
                    Some(None | Some(Order::Stop)) => return false,
                    Some(Some(Order::Start)) => match self.service().await {
                        Some(_) => self.relay.retry().await,
                        None => return true,
                    },
                    // Its password stands in its file.
                    Some(Some(Order::Credentials(_))) => {}
                    None => {
                        if let Some(now) = self.service().await
                            && !now.is_same(&target)
                        {
                            target = now;
                            break;
                        }
                    }
                }
            }
        }
    }

    async fn use_running(&mut self, address: Address, soft: &tokio_util::sync::CancellationToken) {
        self.tell_house(&address, false);
        loop {
            self.relay.want(Want::At(Target {
                address: address.clone(),
                credentials: self.credentials.clone(),
            }));
            loop {
                let order = tokio::select! {
                    () = soft.cancelled() => return,
                    order = self.orders.recv() => order,
                };
                match order {
                    None | Some(Order::Stop) => return,
                    Some(Order::Start) => self.relay.retry().await,
                    Some(Order::Credentials(credentials)) => {
                        self.credentials = credentials;
                        break;
                    }
                }
            }
        }
    }

    /// Keeps a program of our own running until it is not wanted any more.
    async fn keep_own(&mut self, soft: &tokio_util::sync::CancellationToken) {
        let mut machine = Machine::default();
        let mut own: Option<Own> = None;
        let mut effect = machine.handle(Event::Start, self.began.elapsed());
        loop {
            match effect.take() {
                Some(Effect::Spawn) => {
                    let event = match self.spawn().await {
                        Ok(started) => {
                            own = Some(started);
                            None
                        }
                        Err(why) => Some(Event::SpawnFailed(why)),
                    };
                    effect = event.and_then(|it| machine.handle(it, self.began.elapsed()));
                }
                Some(Effect::Kill) => {
                    if let Some(mut own) = own.take() {
                        own.child.end().await;
                    }
                    let ended = Event::Exited(String::new());
                    effect = machine.handle(ended, self.began.elapsed());
                }
                None => {}
            }
            if effect.is_some() {
                continue;
            }
            if *machine.state() == State::Stopped {
                return;
            }
            self.show(&machine);
            let wake = self.wait(&machine, own.as_mut(), soft).await;
            let event = match wake {
                Wake::Ending => {
                    self.relay.want(Want::Nothing);
                    if let Some(mut own) = own.take() {
                        own.child.end().await;
                    }
                    return;
                }
                Wake::Order(None | Some(Order::Stop)) => {
                    self.relay.want(Want::Nothing);
                    Event::Stop
                }
                Wake::Order(Some(Order::Start)) => {
                    if matches!(machine.state(), State::Up { .. }) {
                        self.relay.retry().await;
                    }
                    Event::Start
                }
                // Ours has a password that nobody needs to know.
                Wake::Order(Some(Order::Credentials(_))) => continue,
                Wake::Time => Event::Tick,
                Wake::News(News::Exited(words)) => {
                    own = None;
                    tracing::warn!(%words, "the OpenCode that we started has ended");
                    Event::Exited(words)
                }
                Wake::News(News::Line(line)) => {
                    let address = address_in(&line);
                    let (Some(address), Some(own), State::Starting { .. }) =
                        (address, &own, machine.state())
                    else {
                        continue;
                    };
                    let credentials = own.target.credentials.clone();
                    self.up(Target {
                        address,
                        credentials,
                    })
                }
                Wake::Answers(target) => self.up(target),
            };
            effect = machine.handle(event, self.began.elapsed());
        }
    }

    /// A program of ours is there.
    fn up(&self, target: Target) -> Event {
        self.tell_house(&target.address, true);
        self.relay.want(Want::At(target));
        Event::Ready
    }

    async fn wait(
        &mut self,
        machine: &Machine,
        own: Option<&mut Own>,
        soft: &tokio_util::sync::CancellationToken,
    ) -> Wake {
        let alarm = machine.alarm().map(|at| self.began + at);
        let time = async {
            match alarm {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        // What it says when it listens is not the same in all versions.
        let starting = matches!(machine.state(), State::Starting { .. });
        let target = own.as_ref().filter(|_| starting);
        let target = target.map(|own| own.target.clone());
        let version = self.parts.around.version.clone();
        let answers = async {
            let Some(target) = target else {
                return std::future::pending().await;
            };
            loop {
                tokio::time::sleep(READY_LOOK).await;
                if service::answers(&target, &version).await {
                    return target;
                }
            }
        };
        let news = async {
            match own {
                Some(own) => own.child.news().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = soft.cancelled() => Wake::Ending,
            order = self.orders.recv() => Wake::Order(order),
            news = news => Wake::News(news),
            target = answers => Wake::Answers(target),
            () = time => Wake::Time,
        }
    }

    /// Shows how far the program is, while there is none to connect to.
    fn show(&self, machine: &Machine) {
        let link = match machine.state() {
            // The relay shows how it stands with one that is up.
            State::Up { .. } | State::Stopped | State::Stopping { .. } => return,
            State::Starting { since, .. } => ServerLink::Connecting {
                since: self.at(*since),
            },
            State::Backoff { until, why, .. } => ServerLink::Error {
                reason: fault_of(why),
                since: self.now(),
                retry_at: Some(self.at(*until)),
            },
            State::Failed { why } => ServerLink::Error {
                reason: fault_of(why),
                since: self.now(),
                retry_at: None,
            },
        };
        self.relay.want(Want::Wait(link));
    }

    fn now(&self) -> Millis {
        self.parts.around.clock.now()
    }

    /// The wall clock's time at a moment of ours.
    fn at(&self, moment: Duration) -> Millis {
        let ms = |it: Duration| u64::try_from(it.as_millis()).unwrap_or(u64::MAX);
        let (now, elapsed) = (self.now(), ms(self.began.elapsed()));
        Millis(now.0.saturating_sub(elapsed)).plus(ms(moment))
    }

    fn tell_house(&self, address: &Address, started_here: bool) {
        let house = self.parts.hub.house();
        house.update(self.relay.server(), |server| {
            server.address = address.to_string();
            server.started_here = started_here;
        });
    }

    async fn spawn(&self) -> Result<Own, String> {
        let password = URL_SAFE_NO_PAD.encode(random::bytes::<32>());
        let port = free_port().map_err(|error| format!("no port can be had: {error}"))?;
        let address = Address::parse(&format!("http://127.0.0.1:{port}"));
        let target = Target {
            address: address.map_err(|error| error.to_string())?,
            credentials: Some(Credentials {
                user: USER.to_owned(),
                password: password.clone().into(),
            }),
        };
        let launch = launch(&password, port)?;
        let program = launch.program.display().to_string();
        match self.parts.spawner.spawn(launch).await {
            Ok(child) => Ok(Own { child, target }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(format!(
                "There is no program {program} here. Install OpenCode, or name it in {PROGRAM_VARIABLE}."
            )),
            Err(error) => Err(format!("{program} could not be started: {error}")),
        }
    }
}

fn launch(password: &str, port: u16) -> Result<Launch, String> {
    let directory = std::env::current_dir()
        .map_err(|error| format!("the working directory cannot be used: {error}"))?;
    let program = std::env::var_os(PROGRAM_VARIABLE).filter(|it| !it.is_empty());
    Ok(Launch {
        program: program.map_or_else(|| PathBuf::from("opencode"), PathBuf::from),
        arguments: [
            "serve",
            "--hostname",
            "127.0.0.1",
            "--port",
            &port.to_string(),
        ]
        .map(OsString::from)
        .to_vec(),
        directory,
        environment: environment(std::env::vars_os(), password),
    })
}

/// A port that nobody listens at. OpenCode itself would take its usual one, where the next
/// OpenCode that the owner starts is looked for. Should somebody else be quicker, it ends
/// and is started again with another.
fn free_port() -> std::io::Result<u16> {
    let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// The agent's shell is the owner's own, so it gets the owner's environment: but nothing
/// that is meant for us, and the password under which we alone speak with it.
fn environment(
    ours: impl Iterator<Item = (OsString, OsString)>,
    password: &str,
) -> Vec<(OsString, OsString)> {
    let meant_for_us = |name: &OsStr| {
        let name = name.to_string_lossy();
        name.starts_with("OPENCODE_NEXUS_")
            || name.starts_with("OPENCODE_SERVER_")
            || name == "OPENCODE_PASSWORD"
    };
    let mut environment: Vec<_> = ours.filter(|(name, _)| !meant_for_us(name)).collect();
    environment.push(("OPENCODE_SERVER_PASSWORD".into(), password.into()));
    // So the betas of 2.x call it.
    environment.push(("OPENCODE_PASSWORD".into(), password.into()));
    environment.push(("OPENCODE_SERVER_USERNAME".into(), USER.into()));
    environment
}

/// The address in the line with which OpenCode says that it listens.
fn address_in(line: &str) -> Option<Address> {
    let (_, rest) = line.split_once(LISTENING)?;
    let address = Address::parse(rest.split_whitespace().next()?).ok()?;
    address.is_loopback().then_some(address)
}

fn fault_of(why: &Ending) -> ServerFault {
    match why {
        Ending::Exited(words) => ServerFault::Exited {
            last_words: words.clone(),
        },
        Ending::NotStarted(why) => ServerFault::NotStarted { why: why.clone() },
        Ending::NeverReady => ServerFault::NotStarted {
            why: "It was started and did not answer.".to_owned(),
        },
    }
}

#[cfg(test)]
mod following;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_what_opencode_says() {
        let said = "opencode server listening on http://127.0.0.1:35411";
        assert_eq!(
            address_in(said).unwrap().to_string(),
            "http://127.0.0.1:35411"
        );
        assert!(address_in("listening on http://192.0.2.1:80").is_none());
        assert!(address_in("Warning: server is unsecured").is_none());
    }

    #[test]
    fn a_program_of_ours_is_not_told_our_settings() {
        let ours = [
            ("PATH", "/bin"),
            ("OPENCODE_NEXUS_DATA_DIR", "/secret"),
            ("OPENCODE_SERVER_PASSWORD", "another"),
            ("OPENCODE_CONFIG", "kept"),
        ];
        let ours = ours.map(|(name, value)| (name.into(), value.into()));
        let given = environment(ours.into_iter(), "pass");
        let names: Vec<_> = given
            .iter()
            .map(|(name, value)| format!("{}={}", name.display(), value.display()))
            .collect();
        assert_eq!(
            names,
            [
                "PATH=/bin",
                "OPENCODE_CONFIG=kept",
                "OPENCODE_SERVER_PASSWORD=pass",
                "OPENCODE_PASSWORD=pass",
                "OPENCODE_SERVER_USERNAME=opencode",
            ]
        );
    }
}
