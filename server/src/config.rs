//! What the program was told: the command line, read once, checked, and turned into values
//! that cannot be wrong. Each option can also be set in the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, Parser, Subcommand};

use crate::http::names::Origin;

/// OpenCode Nexus: your OpenCode sessions, from any browser.
#[derive(Debug, Parser)]
#[command(name = "opencode-nexus", version, about, arg_required_else_help = true)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Start the server.
    Serve(ServeArgs),
    /// Ask an OpenCode server of 2.x whether it behaves as it is taken to, and print what was
    /// expected and found. It makes a session for it and removes it again.
    Check(CheckArgs),
    /// Create the owner, or help one who is locked out.
    #[command(subcommand)]
    Owner(OwnerVerb),
    /// Manage the sessions of browsers.
    #[command(subcommand)]
    Sessions(SessionsVerb),
}

/// Work on the owner's account, on the data directory itself.
#[derive(Debug, Subcommand)]
pub enum OwnerVerb {
    /// Create the owner without a browser. The password is asked for, or read from the
    /// standard input.
    Create {
        /// The user name; asked for where it is not given.
        #[arg(long)]
        user_name: Option<String>,
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Print a new setup link; the one before is void.
    SetupLink {
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Set a new password and end all sessions. The password is asked for, or read from
    /// the standard input.
    ResetPassword {
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Lift the pauses after wrong passwords.
    Unlock {
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Work on the sessions, on the data directory itself.
#[derive(Debug, Subcommand)]
pub enum SessionsVerb {
    /// Sign every browser out.
    RevokeAll {
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Where the data is.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// The data directory. By default in the platform's place for data.
    #[arg(long, value_name = "DIR", env = "OPENCODE_NEXUS_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
}

/// How to serve, as written.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", env = "OPENCODE_NEXUS_LISTEN", default_value = DEFAULT_LISTEN)]
    pub listen: SocketAddr,
    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,
    /// The OpenCode server: `auto` uses one that answers at 127.0.0.1:4096, else starts one
    /// here; `off` uses none; a URL names one.
    #[arg(long, value_name = "auto|off|URL", env = "OPENCODE_NEXUS_OPENCODE", default_value = "auto", value_parser = OpenCodeChoice::parse)]
    pub opencode: OpenCodeChoice,
    /// Another address under which browsers reach this server; may be given again.
    #[arg(
        long,
        value_name = "https://name",
        env = "OPENCODE_NEXUS_ORIGIN",
        value_delimiter = ','
    )]
    pub origin: Vec<Origin>,
    /// The certificate to serve https with, a PEM file.
    #[arg(
        long,
        value_name = "FILE",
        env = "OPENCODE_NEXUS_TLS_CERT",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key, a PEM file.
    #[arg(
        long,
        value_name = "FILE",
        env = "OPENCODE_NEXUS_TLS_KEY",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,
    /// Listen beyond this machine without TLS, and lose installing, notifications and the
    /// clipboard.
    #[arg(long, env = "OPENCODE_NEXUS_INSECURE_HTTP", value_parser = FalseyValueParser::new(), action = ArgAction::SetTrue)]
    pub insecure_http: bool,
}

/// Which server to ask, as written.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// The OpenCode server: `auto` asks the background service of this machine, else what is
    /// at 127.0.0.1:4096; a URL names one.
    #[arg(long, value_name = "auto|URL", env = "OPENCODE_NEXUS_OPENCODE", default_value = "auto", value_parser = OpenCodeChoice::parse)]
    pub opencode: OpenCodeChoice,
    /// The user name that it wants to hear.
    #[arg(long, default_value = "opencode")]
    pub user: String,
    /// Ask for the password at the terminal, or read it from the standard input. Without this
    /// it is taken from `OPENCODE_SERVER_PASSWORD`, where that is set.
    #[arg(long)]
    pub password: bool,
    /// Run a turn too, in which a model is asked for one word.
    #[arg(long)]
    pub with_prompt: bool,
}

impl CheckArgs {
    /// The password in the environment, where OpenCode itself would take it from.
    pub fn password_around(&self) -> Option<String> {
        let set = std::env::var_os("OPENCODE_SERVER_PASSWORD")?;
        set.into_string().ok().filter(|it| !it.is_empty())
    }
}

/// Where the server listens when nothing is said.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:4210";

/// Which OpenCode server to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenCodeChoice {
    /// One that answers at the usual address, else one of our own.
    Auto,
    /// None.
    Off,
    /// The one at this address: scheme, host and port.
    At(String),
}

impl OpenCodeChoice {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            url if url.parse::<Origin>().is_ok() || is_origin_with_slash(url) => {
                Ok(Self::At(url.trim_end_matches('/').to_owned()))
            }
            _ => Err("write auto, off, or an address like http://127.0.0.1:4096".to_owned()),
        }
    }
}

fn is_origin_with_slash(url: &str) -> bool {
    url.strip_suffix('/')
        .is_some_and(|url| url.parse::<Origin>().is_ok())
}

/// How to serve, checked.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Where the data is.
    pub data_dir: PathBuf,
    /// Which OpenCode server to use.
    pub opencode: OpenCodeChoice,
    /// Other names of ours.
    pub origins: Vec<Origin>,
    /// Certificate and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Whether other machines reach this server without TLS.
    pub exposed: bool,
}

/// Why the arguments do not make sense together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadArguments {
    /// Plain http beyond this machine.
    #[error(
        "{0} can be reached from other machines: give --tls-cert and --tls-key, or --insecure-http to go without"
    )]
    Exposed(SocketAddr),
    /// No place for data is known.
    #[error("no home directory is known: say where the data is with --data-dir")]
    NoDataDir,
}

impl ServeArgs {
    /// Checks what single arguments cannot show.
    pub fn check(self) -> Result<ServeConfig, BadArguments> {
        let tls = self.tls_cert.zip(self.tls_key);
        let exposed = !self.listen.ip().to_canonical().is_loopback();
        let exposed = exposed && tls.is_none();
        if exposed && !self.insecure_http {
            return Err(BadArguments::Exposed(self.listen));
        }
        Ok(ServeConfig {
            listen: self.listen,
            data_dir: self.data.resolve()?,
            opencode: self.opencode,
            origins: self.origin,
            tls,
            exposed,
        })
    }
}

impl DataArgs {
    /// The data directory: as told, else the platform's place.
    pub fn resolve(self) -> Result<PathBuf, BadArguments> {
        self.data_dir
            .or_else(default_data_dir)
            .ok_or(BadArguments::NoDataDir)
    }
}

fn default_data_dir() -> Option<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("opencode-nexus"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(arguments: &str) -> Result<ServeConfig, String> {
        let words = ["opencode-nexus", "serve", "--data-dir", "/data"];
        let parsed =
            CommandLine::try_parse_from(words.into_iter().chain(arguments.split_whitespace()))
                .map_err(|error| error.to_string())?;
        let Verb::Serve(arguments) = parsed.verb else {
            return Err("another verb".to_owned());
        };
        arguments.check().map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_serve_this_machine_only() {
        let config = serve("").unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4210");
        assert_eq!(config.opencode, OpenCodeChoice::Auto);
        assert!(config.tls.is_none());
    }

    #[test]
    fn an_address_that_others_reach_needs_tls_or_a_word() {
        for (arguments, good) in [
            ("--listen 0.0.0.0:4210", false),
            ("--listen [::]:4210", false),
            ("--listen 192.168.1.5:4210", false),
            ("--listen 0.0.0.0:4210 --insecure-http", true),
            ("--listen 0.0.0.0:443 --tls-cert c --tls-key k", true),
            ("--listen 0.0.0.0:443 --tls-cert c", false),
            ("--listen [::1]:4210", true),
            ("--listen 127.0.0.2:4210", true),
        ] {
            assert_eq!(serve(arguments).is_ok(), good, "{arguments}");
        }
    }

    #[test]
    fn opencode_is_chosen_by_a_word_or_an_address() {
        for (text, choice) in [
            ("auto", Some(OpenCodeChoice::Auto)),
            ("off", Some(OpenCodeChoice::Off)),
            (
                "http://127.0.0.1:4096/",
                Some(OpenCodeChoice::At("http://127.0.0.1:4096".to_owned())),
            ),
            ("on", None),
            ("http://host/path", None),
            ("http://user:password@host", None),
        ] {
            assert_eq!(OpenCodeChoice::parse(text).ok(), choice, "{text}");
        }
    }

    #[test]
    fn origins_are_repeated() {
        let config = serve("--origin https://a --origin https://b:8443").unwrap();
        let origins: Vec<_> = config.origins.iter().map(ToString::to_string).collect();
        assert_eq!(origins, ["https://a", "https://b:8443"]);
        assert!(serve("--origin a").is_err());
    }
}
