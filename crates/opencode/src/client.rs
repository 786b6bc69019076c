//! The one HTTP client of a server: pooled connections, limits on time and size, the
//! password, the check of the address that a name resolves to. It speaks HTTP and JSON and
//! knows no route.

mod answer;
mod carrier;
mod resolver;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use domain::house::ServerFault;
use domain::id::Directory;
use domain::time::Millis;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, redirect};
use secrecy::{ExposeSecret, SecretString};

use crate::address::Address;
use crate::fault::CallFault;

pub(crate) use answer::{Answer, Page};
pub use carrier::Carrier;
use carrier::Network;

/// How long a connection may take to open.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a call may take, answer included.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long an unused connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// How many unused connections are kept: reads go out four at a time beside a command.
const IDLE_CONNECTIONS: usize = 6;

/// What a server wants to hear before it answers.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user name; `opencode` where the owner set none.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// The one client of one server. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    /// Puts requests together; what carries them is `carrier`.
    http: reqwest::Client,
    carrier: Arc<dyn Carrier>,
    address: Arc<Address>,
    credentials: Option<Arc<Credentials>>,
    clock: Arc<dyn Fn() -> Millis + Send + Sync>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the server at `address`; `version` is ours and told to the server.
    pub fn new(
        address: &Address,
        credentials: Option<Credentials>,
        version: &str,
    ) -> Result<Self, ServerFault> {
        let http = reqwest::Client::builder()
            .user_agent(format!("OpenCode-Nexus/{version}"))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            // A redirect could carry the password to another host.
            .redirect(redirect::Policy::none())
            // A proxy of the environment has no business between us and loopback.
            .no_proxy()
            .tcp_nodelay(true)
            .dns_resolver(Arc::new(resolver::Guarded))
            .build()
            .map_err(|error| {
                tracing::error!(%error, "no HTTP client can be made");
                ServerFault::Unreachable
            })?;
        Ok(Self {
            carrier: Arc::new(Network(http.clone())),
            http,
            address: Arc::new(address.clone()),
            credentials: credentials.map(Arc::new),
            clock: Arc::new(system_clock),
        })
    }

    /// Takes the time of events from `clock` instead of the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sends its requests by `carrier` instead of the network.
    #[must_use]
    pub fn over(mut self, carrier: Arc<dyn Carrier>) -> Self {
        self.carrier = carrier;
        self
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Millis {
        (self.clock)()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Fn() -> Millis + Send + Sync> {
        Arc::clone(&self.clock)
    }

    /// A request without anything in it but the password.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        let builder = self
            .http
            .request(method, self.address.at(path))
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        Request {
            builder: match &self.credentials {
                Some(it) => builder.basic_auth(&it.user, Some(it.password.expose_secret())),
                None => builder,
            },
            carrier: Arc::clone(&self.carrier),
            timeout: ANSWER_TIMEOUT,
        }
    }

    /// The same client without the password.
    pub(crate) fn anonymous(&self) -> Self {
        Self {
            credentials: None,
            ..self.clone()
        }
    }

    pub(crate) fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// A GET of JSON.
    pub(crate) fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// A POST of JSON. A missing body counts as `{}` there.
    pub(crate) fn post(&self, path: &str, body: &serde_json::Value) -> Request {
        self.with_body(Method::POST, path, body)
    }

    /// A PATCH of JSON.
    pub(crate) fn patch(&self, path: &str, body: &serde_json::Value) -> Request {
        self.with_body(Method::PATCH, path, body)
    }

    /// A DELETE.
    pub(crate) fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// A request with JSON in it.
    pub(crate) fn with_body(
        &self,
        method: Method,
        path: &str,
        body: &serde_json::Value,
    ) -> Request {
        let mut request = self.request(method, path);
        request.builder = request.builder.json(body);
        request
    }
}

/// A request being put together.
pub(crate) struct Request {
    builder: RequestBuilder,
    carrier: Arc<dyn Carrier>,
    timeout: Duration,
}

impl Request {
    /// Adds a query parameter.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        let (client, request) = self.builder.build_split();
        self.builder = match request {
            Ok(mut request) => {
                request.url_mut().query_pairs_mut().append_pair(name, value);
                RequestBuilder::from_parts(client, request)
            }
            // Cannot be: nothing unchecked went in. The error would come out at `send`.
            Err(_) => client.get("invalid:"),
        };
        self
    }

    /// Says which directory the request is about: by header, because the query's value
    /// would be decoded twice.
    pub(crate) fn within(mut self, directory: &Directory) -> Self {
        self.builder = self
            .builder
            .header("x-opencode-directory", percent_encode(directory.as_str()));
        self
    }

    /// Gives up earlier than others.
    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sends, and waits for the whole answer.
    pub(crate) async fn send(self) -> Result<Answer, ServerFault> {
        let answer = async {
            let request = built(self.builder)?;
            Answer::read(self.carrier.carry(request).await?).await
        };
        tokio::time::timeout(self.timeout, answer)
            .await
            .map_err(|_| ServerFault::TimedOut)?
    }

    /// Sends, and hands over a body that never ends.
    pub(crate) async fn open(self) -> Result<Response, ServerFault> {
        let sent = self
            .builder
            .header(ACCEPT, HeaderValue::from_static("text/event-stream"))
            // A compressor in between would hold events back.
            .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let carried = self.carrier.carry(built(sent)?);
        tokio::time::timeout(self.timeout, carried)
            .await
            .map_err(|_| ServerFault::TimedOut)?
    }

    /// Sends, and reads the JSON of a success.
    pub(crate) async fn json<T: serde::de::DeserializeOwned>(self) -> Result<T, CallFault> {
        Ok(self.page().await?.body)
    }

    /// Sends, and reads the JSON of a success and where the next page is.
    pub(crate) async fn page<T: serde::de::DeserializeOwned>(self) -> Result<Page<T>, CallFault> {
        self.send().await?.success()?.page()
    }

    /// Sends, and looks at nothing but the success.
    pub(crate) async fn done(self) -> Result<(), CallFault> {
        self.send().await?.success()?;
        Ok(())
    }
}

fn built(builder: RequestBuilder) -> Result<reqwest::Request, ServerFault> {
    builder.build().map_err(|error| {
        tracing::error!(%error, "a request cannot be put together");
        ServerFault::Unreachable
    })
}

/// What a failure to get an answer at all means.
pub(crate) fn fault_of(error: &reqwest::Error) -> ServerFault {
    use std::error::Error as _;
    use std::io::ErrorKind;

    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>()
            && io.kind() == ErrorKind::ConnectionRefused
        {
            return ServerFault::Refused;
        }
        if inner
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_parse)
        {
            return ServerFault::Garbled;
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        ServerFault::TimedOut
    } else if error.is_connect() || error.is_dns() {
        ServerFault::Unreachable
    } else {
        ServerFault::Ended
    }
}

/// Leaves what a path is made of and encodes the rest, so that any directory fits a header.
pub(crate) fn percent_encode(text: &str) -> String {
    use std::fmt::Write as _;

    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// An id as one segment of a path, whatever stands in it.
pub(crate) fn segment(id: &str) -> String {
    if matches!(id, "." | "..") {
        // A step in the path, encoded or not: only what was encoded twice stays a name.
        return id.replace('.', "%252E");
    }
    percent_encode(id).replace('/', "%2F").replace('.', "%2E")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: whoever tests with time gives a clock of their own"
)]
fn system_clock() -> Millis {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_one_segment_whatever_stands_in_it() {
        let base = reqwest::Url::parse("http://127.0.0.1:1").unwrap();
        for id in ["..", ".", "../x", "a/b", "%2e%2e", "a?b#c", "ses_1aB-2"] {
            let path = format!("/session/{}/message", segment(id));
            let url = base.join(&path).unwrap();
            let steps: Vec<&str> = url.path_segments().unwrap().collect();
            assert_eq!(steps.len(), 3, "{id} as {url}");
            assert_eq!(
                (steps[0], steps[2]),
                ("session", "message"),
                "{id} as {url}"
            );
        }
    }
}
