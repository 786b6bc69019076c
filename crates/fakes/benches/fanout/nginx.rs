//! nginx in front of the fake server, where there is one on this machine: what passing the
//! same stream to the same number of readers costs it.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::weight::Weight;

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running nginx.
pub(crate) struct Nginx {
    child: Child,
    folder: PathBuf,
    pub(crate) address: String,
}

impl Nginx {
    /// Starts it; none where there is none on this machine.
    pub(crate) async fn start(upstream: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("nginx-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        std::fs::write(
            folder.join("nginx.conf"),
            conf(&address.to_string(), upstream),
        )
        .unwrap();
        let child = Command::new("nginx")
            .arg("-p")
            .arg(&folder)
            .args(["-e", "stderr", "-c", "nginx.conf"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let started = async {
            while tokio::net::TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, started)
            .await
            .expect("nginx did not start");
        Some(Self {
            child,
            folder,
            address: format!("http://{address}"),
        })
    }

    /// What it and its worker take.
    pub(crate) fn weight(&self) -> Weight {
        Weight::with_children(self.child.id())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its worker ends with it only where it is asked to end.
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        if asked.is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn conf(address: &str, upstream: &str) -> String {
    format!(
        "daemon off;
worker_processes 1;
pid nginx.pid;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{
        listen {address};
        location / {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_buffering off;
        }}
    }}
}}
"
    )
}
