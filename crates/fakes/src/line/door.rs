//! The near end of a line as a loopback port.

use std::net::SocketAddr;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::Line;

/// A port that leads into a line. Dropping it closes the port and every connection.
#[derive(Debug)]
pub struct Door {
    address: SocketAddr,
    _accepting: JoinSet<()>,
}

impl Door {
    #[expect(clippy::expect_used, reason = "without a port there is no test")]
    pub(super) async fn open(line: Line) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port on loopback");
        let address = listener.local_addr().expect("the port that was taken");
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, line));
        Self {
            address,
            _accepting: accepting,
        }
    }

    /// Where it is, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn accept(listener: TcpListener, line: Line) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        // Events must leave at once.
        let _ = stream.set_nodelay(true);
        let line = line.clone();
        connections.spawn(async move {
            let service = service_fn(move |request: hyper::Request<Incoming>| {
                let line = line.clone();
                async move { line.call(request.map(Body::new)).await }
            });
            // A request without an answer breaks its connection: so it is meant.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
        while connections.try_join_next().is_some() {}
    }
}
