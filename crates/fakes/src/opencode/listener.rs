//! The port: connections that can all be torn down at once.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A port that listens. Dropping it closes the port and every connection.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    task: JoinSet<()>,
}

impl Listening {
    /// Listens at `address`; port 0 takes a free one.
    pub(crate) async fn at(address: SocketAddr, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let mut task = JoinSet::new();
        task.spawn(accept(listener, router));
        Ok(Self { address, task })
    }

    /// Closes the port and every connection, and waits until that is done.
    pub(crate) async fn close(mut self) {
        self.task.shutdown().await;
        // The connections were told to end when their list went; let them.
        tokio::task::yield_now().await;
    }
}

async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let service = TowerToHyperService::new(router.clone());
        connections.spawn(async move {
            // A connection that breaks is the other side's business.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
        while connections.try_join_next().is_some() {}
    }
}
