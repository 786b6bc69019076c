//! Takes connections: plain or TLS, HTTP/1.1 or HTTP/2, each in a tracked task that ends
//! gracefully with the program.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustix::process::{Resource, getrlimit, setrlimit};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tower::ServiceExt;

use super::names::Arrival;
use super::patience::Patient;
use crate::lifecycle::{Lifecycle, Signal};

/// Connections at once; more wait until one is closed. Far more than one owner has pages.
const CONNECTIONS_MAX: u64 = 4_000;
/// File descriptors kept for everything else: the database, servers, programs of ours.
const DESCRIPTORS_SPARE: u64 = 128;
/// How long a client may take for the headers of a request, and between requests.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to agree on TLS.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// The largest headers of a request, in bytes.
const HEADERS_MAX_BYTES: u32 = 32 * 1024;
/// Requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 100;
/// How often a silent HTTP/2 connection is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// How much may wait in the system for a client that takes nothing, in bytes: it is told
/// what it misses when it reads on, and until then it costs no more than this.
#[cfg(target_os = "linux")]
const UNSENT_MAX_BYTES: u32 = 64 * 1024;
/// How long what was sent may go unacknowledged before the connection counts as broken: a
/// phone that vanished counts as one that looks until then. The system's own bound is about
/// a quarter of an hour; a device gives up a silent stream within 36 seconds itself.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_FOR: Duration = Duration::from_secs(20);
/// The pause after a failure to accept, for instance without file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A connection that is served until it ends.
type Connection = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Why nothing can be listened to.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be had.
    #[error(
        "{address} cannot be listened on ({source}): stop what uses it or choose another with --listen"
    )]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A certificate or key cannot be used.
    #[error("{path} cannot be used for TLS: {why}")]
    Tls {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

/// An address that is listened on.
pub struct Listener {
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

impl Listener {
    /// Takes the address. With a certificate and its key, speaks TLS.
    pub async fn bind(
        address: SocketAddr,
        tls: Option<(&Path, &Path)>,
    ) -> Result<Self, ListenError> {
        let tls = match tls {
            Some((certificate, key)) => Some(acceptor(certificate, key)?),
            None => None,
        };
        let socket = TcpListener::bind(address)
            .await
            .map_err(|source| ListenError::Bind { address, source })?;
        Ok(Self { socket, tls })
    }

    /// Where it listens; tells the port where any was asked for.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves `router` until the program ends.
    pub async fn serve(self, router: Router, life: Lifecycle) {
        let room = Arc::new(Semaphore::new(connections_max()));
        while let Some(Some((stream, permit))) = life
            .soft()
            .run_until_cancelled(self.next(Arc::clone(&room)))
            .await
        {
            let (tls, router) = (self.tls.clone(), router.clone());
            let stopping = Signal::of(life.soft().clone());
            let Some(served) = connection(stream, tls, router, stopping) else {
                continue;
            };
            life.spawn(async move {
                served.await;
                drop(permit);
            });
        }
    }

    async fn next(&self, room: Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
        let permit = room.acquire_owned().await.ok()?;
        loop {
            match self.socket.accept().await {
                Ok((stream, _)) => return Some((stream, permit)),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

/// How many connections there may be: each costs a file descriptor, of which a program gets
/// few at first and may have more.
fn connections_max() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::debug!(%error, "no more files may be open");
        }
        limit = getrlimit(Resource::Nofile);
    }
    let files = limit.current.unwrap_or(u64::MAX);
    let most = files.saturating_sub(DESCRIPTORS_SPARE).min(CONNECTIONS_MAX);
    usize::try_from(most.max(1)).unwrap_or(1)
}

/// Sets a connection up as its peers need it. What the system refuses is no reason to refuse
/// the connection: then its own bounds hold.
fn prepare(stream: &TcpStream) {
    // Small events must leave at once.
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    {
        let socket = socket2::SockRef::from(stream);
        // Some megabytes otherwise.
        let _ = socket.set_tcp_notsent_lowat(UNSENT_MAX_BYTES);
        let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_FOR));
    }
}

/// Serves one connection until it ends. Each kind is a future of its own size: one that could
/// be any would be as large as the largest, for every stream of every device.
fn connection(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    router: Router,
    stopping: Signal,
) -> Option<Connection> {
    let (Ok(peer), Ok(local)) = (stream.peer_addr(), stream.local_addr()) else {
        return None;
    };
    prepare(&stream);
    let stream = Patient::new(stream);
    let arrival = Arrival {
        peer,
        local,
        tls: tls.is_some(),
    };
    // The version is known beforehand, so that a client which says nothing at all runs
    // into the time limit for headers.
    Some(match tls {
        None => Box::pin(serve_http1(TokioIo::new(stream), router, arrival, stopping)),
        Some(tls) => Box::pin(async move {
            let agreed = tokio::time::timeout(HANDSHAKE_WITHIN, tls.accept(stream)).await;
            let Ok(Ok(stream)) = agreed else { return };
            let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let io = TokioIo::new(stream);
            let served: Connection = if is_http2 {
                Box::pin(serve_http2(io, router, arrival, stopping))
            } else {
                Box::pin(serve_http1(io, router, arrival, stopping))
            };
            served.await;
        }),
    })
}

async fn serve_http1<I>(io: I, router: Router, arrival: Arrival, stopping: Signal)
where
    I: Read + Write + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_header_size(HEADERS_MAX_BYTES as usize)
        // About as much: a buffer may grow to twice that.
        .max_buf_size(HEADERS_MAX_BYTES as usize)
        .serve_connection(io, answering(router, arrival))
        .with_upgrades();
    until_stopped(
        connection,
        stopping,
        http1::UpgradeableConnection::graceful_shutdown,
    )
    .await;
}

async fn serve_http2<I>(io: I, router: Router, arrival: Arrival, stopping: Signal)
where
    I: Read + Write + Unpin + Send + 'static,
{
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_header_list_size(HEADERS_MAX_BYTES)
        .max_concurrent_streams(STREAMS_MAX)
        .keep_alive_interval(PING_EVERY)
        .serve_connection(io, answering(router, arrival));
    until_stopped(connection, stopping, http2::Connection::graceful_shutdown).await;
}

/// Serves a connection to its end, which `finish` brings about once Nexus stops.
async fn until_stopped<C>(connection: C, mut stopping: Signal, finish: impl FnOnce(Pin<&mut C>))
where
    C: Future<Output = hyper::Result<()>>,
{
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        biased;
        () = stopping.given() => {
            finish(connection.as_mut());
            connection.await
        }
        ended = connection.as_mut() => ended,
    };
    note(ended);
}

/// Answers the requests of one connection.
fn answering(
    router: Router,
    arrival: Arrival,
) -> impl Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
{
    service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(arrival);
        router.clone().oneshot(request)
    })
}

fn note(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, ListenError> {
    let unusable = |path: &Path, why: String| ListenError::Tls {
        path: path.to_owned(),
        why,
    };
    let certificates = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(certificate, error.to_string()))?;
    let private =
        PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, error.to_string()))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificates, private)
        .map_err(|error| unusable(certificate, error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_whose_peer_vanished_is_given_up_soon() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (stream, _) = accepted.unwrap();
        prepare(&stream);
        let timeout = socket2::SockRef::from(&stream).tcp_user_timeout();
        assert_eq!(timeout.unwrap(), Some(UNACKNOWLEDGED_FOR));
    }
}
