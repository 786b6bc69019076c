//! The wiring: opens what is kept, starts what is live, and serves until told to stop.

use std::io::{self, Write};
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::auth::password::Hasher;
use crate::auth::{Auth, SetupFault, Token};
use crate::clock::{Clock, SystemClock};
use crate::config::ServeConfig;
use crate::data_dir::{DataDir, DataDirError};
use crate::host::{self, LiveError, LiveParts};
use crate::http::listener::{ListenError, Listener};
use crate::http::names::{Names, Origin, Scheme};
use crate::http::router::{Parts, router};
use crate::http::site::{Site, SiteError};
use crate::lifecycle::Lifecycle;
use crate::relay::network::Network;
use crate::relay::way_out;
use crate::secrets::{SecretError, Vault};
use crate::store::{Store, StoreError, settings};
use crate::uploads::Uploads;
use crate::verbs::ADDRESS_SETTING;

/// Why the server does not start; one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The key of the sealed secrets cannot be used.
    #[error(transparent)]
    Secrets(#[from] SecretError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The setup token cannot be made.
    #[error(transparent)]
    Setup(#[from] SetupFault),
    /// The pages cannot be served.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The OpenCode server cannot be set up.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// The address cannot be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The system failed.
    #[error("the system refused: {0}")]
    Io(#[from] io::Error),
}

/// Serves until a signal ends it.
pub async fn serve(config: ServeConfig) -> Result<(), ServeError> {
    let life = Lifecycle::new();
    end_on_signals(&life)?;

    let dir = DataDir::open(config.data_dir.clone())?;
    let _held = dir.hold()?;
    let vault = Arc::new(Vault::open_in(dir.path())?);
    let store = Store::open(&dir.database())?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let auth = Auth::new(
        store.clone(),
        Arc::clone(&clock),
        Hasher::new(cores),
        Some(dir.setup_file()),
    );
    let site = Site::embedded()?;
    let tls = config.tls.as_ref();
    let tls = tls.map(|(certificate, key)| (certificate.as_path(), key.as_path()));
    let listener = Listener::bind(config.listen, tls).await?;

    let address = address(&config, listener.address()?);
    let kept = address.to_string();
    store
        .call(move |connection| settings::set(connection, ADDRESS_SETTING, &kept))
        .await?;
    let token = auth.make_setup_token().await?;

    let network = Network::default();
    let returned = network.returned.clone();
    let relay = LiveParts {
        store,
        uploads: Uploads::new(dir.uploads()),
        vault,
        clock: Arc::clone(&clock),
        life: life.clone(),
        build: site.build.clone(),
        network,
    };
    let started = host::start(relay, &config.opencode).await?;
    let routes = router(Parts {
        clock,
        auth: auth.clone(),
        site,
        names: Names {
            extra: config.origins.clone(),
        },
        host: started.host,
        pages: started.pages,
        live: started.routes,
    });
    let soft = life.soft().clone();
    life.spawn(async move {
        let watch = way_out::watch(returned, way_out::ways);
        soft.run_until_cancelled(watch).await;
    });
    life.spawn_essential("sweeper", auth.keep_sweeping(life.soft().clone()));
    life.spawn_essential("listener", listener.serve(routes, life.clone()));
    if let Err(error) = greet(&config, &address, &dir, token.as_ref()) {
        // Nobody reads along; the setup token is in its file too.
        tracing::debug!(%error, "nobody to greet");
    }
    life.run_to_end().await;
    Ok(())
}

/// The address to open: what the owner named first, else where we listen.
fn address(config: &ServeConfig, listening: std::net::SocketAddr) -> Origin {
    if let Some(origin) = config.origins.first() {
        return origin.clone();
    }
    let ip = listening.ip();
    let host = if ip.is_unspecified() {
        "127.0.0.1".to_owned()
    } else if ip.is_ipv6() {
        format!("[{ip}]")
    } else {
        ip.to_string()
    };
    Origin {
        scheme: if config.tls.is_some() {
            Scheme::Https
        } else {
            Scheme::Http
        },
        host,
        port: listening.port(),
    }
}

/// Says on the terminal what a person needs now, and nothing else.
fn greet(
    config: &ServeConfig,
    address: &Origin,
    dir: &DataDir,
    token: Option<&Token>,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "OpenCode Nexus {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "  open  {address}")?;
    writeln!(out, "  data  {}", dir.path().display())?;
    if config.exposed {
        writeln!(
            out,
            "\nThe connection is not encrypted: others on the network can read along."
        )?;
        writeln!(
            out,
            "Installing, notifications and the clipboard do not work, and passwords"
        )?;
        writeln!(out, "of servers cannot be changed from other machines.")?;
    }
    if let Some(token) = token {
        writeln!(out, "\nCreate the owner within 30 minutes at")?;
        writeln!(out, "  {address}/setup#setup={}", *token.reveal())?;
    }
    out.flush()
}

/// The first signal ends the program gracefully, the second at once.
fn end_on_signals(life: &Lifecycle) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let soft = life.soft().clone();
    // Not tracked: it must outlive everything else to hear the second signal.
    #[expect(
        clippy::disallowed_methods,
        reason = "the end of the program does not wait for the task that listens for it"
    )]
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if soft.is_cancelled() {
                std::process::exit(1);
            }
            soft.cancel();
        }
    });
    Ok(())
}
