//! Many devices of one owner, ten to a browser, and one that reads nothing.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::setting::nexus::{Nexus, SignedIn};

/// How many streams one browser opens: fewer than it may.
const STREAMS: usize = 10;
/// How long what is on its way may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A Nexus and the browsers that are signed in to it.
pub(crate) struct Fleet {
    nexus: Nexus,
    browsers: Vec<SignedIn>,
    next: usize,
}

impl Fleet {
    /// Begins with one browser, which has seen that the server is connected.
    pub(crate) async fn new(nexus: Nexus) -> Self {
        let browsers = vec![nexus.sign_in().await];
        Self {
            nexus,
            browsers,
            next: 0,
        }
    }

    /// The process of the server.
    pub(crate) fn process(&self) -> u32 {
        self.nexus.child.id().unwrap()
    }

    /// The next streams are those of the first browsers again: the ones before have ended.
    pub(crate) fn start_over(&mut self) {
        self.next = 0;
    }

    /// Opens a stream of another device.
    pub(crate) async fn stream(&mut self, session: &str) -> reqwest::Response {
        let browser = self.next / STREAMS;
        self.next += 1;
        if browser >= self.browsers.len() {
            self.browsers.push(self.nexus.sign_in().await);
        }
        self.nexus.open(&self.browsers[browser], session).await
    }

    /// Opens a stream and reads nothing of it.
    pub(crate) async fn stall(&self, session: &str) -> Stalled {
        let by = &self.browsers[0];
        let address = self.nexus.address.strip_prefix("http://").unwrap();
        let body = json!({
            "protocol": 1, "build": by.build, "cursor": {},
            "focus": { "sessions": [{ "server": by.server, "session": session, "held": false }],
                "index": 10, "visible": true },
        })
        .to_string();
        let request = format!(
            "POST /api/stream HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
             cookie: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            by.cookies,
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        Stalled(stream)
    }

    pub(crate) async fn end(self) {
        self.nexus.stop().await;
    }
}

/// A device that reads nothing.
pub(crate) struct Stalled(TcpStream);

impl Stalled {
    /// Reads what is left until the connection ends, and how much it was.
    pub(crate) async fn rest(&mut self) -> usize {
        let mut read = 0;
        let mut buffer = vec![0; 64 * 1024];
        let to_the_end = async {
            // A connection that was reset has ended too.
            while let Ok(length @ 1..) = self.0.read(&mut buffer).await {
                read += length;
            }
        };
        tokio::time::timeout(PATIENCE, to_the_end)
            .await
            .expect("the device that read nothing was not let go");
        read
    }
}
