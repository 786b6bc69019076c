//! The names this server goes by. A request under another name is not for us: the browser
//! was tricked into it by a name that points here (DNS rebinding).

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// How and where a request reached us. Put into each request by the listener; nothing that
/// the client says changes it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The other end.
    pub peer: SocketAddr,
    /// Our end.
    pub local: SocketAddr,
    /// Whether we spoke TLS ourselves.
    pub tls: bool,
}

/// Scheme of an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain.
    Http,
    /// TLS, ours or that of a proxy in front of us.
    Https,
}

/// An origin as browsers write it. Inserted into each request as the one it came under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its scheme.
    pub scheme: Scheme,
    /// Its host, in lower case; IPv6 in brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// Why a text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an origin is written like https://name or https://name:8443, without a path")]
pub struct InvalidOrigin;

/// The list of names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Those that the owner named.
    pub extra: Vec<Origin>,
}

impl Scheme {
    fn port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Scheme::Http => "http://",
            Scheme::Https => "https://",
        }
    }
}

impl Origin {
    /// Whether this is this machine's own name.
    pub fn is_local(&self) -> bool {
        LOCAL_NAMES.contains(&self.host.as_str())
    }

    fn parse_authority(scheme: Scheme, authority: &str) -> Option<Self> {
        let authority = authority.parse::<http::uri::Authority>().ok()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let host = authority.host();
        // `name:` and `name:http` parse as names without a port.
        let port = match authority.as_str().strip_prefix(host)?.strip_prefix(':') {
            Some(port) => port.parse().ok()?,
            None => scheme.port(),
        };
        (!host.is_empty()).then(|| Self {
            scheme,
            host: host.to_ascii_lowercase(),
            port,
        })
    }
}

/// As in the header `Origin`: the default port is left out.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.scheme.prefix(), self.host)?;
        if self.port == self.scheme.port() {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Scheme::Https, Scheme::Http]
            .into_iter()
            .find_map(|scheme| {
                let authority = text.strip_prefix(scheme.prefix())?;
                Origin::parse_authority(scheme, authority)
            })
            .ok_or(InvalidOrigin)
    }
}

/// What loopback is called.
const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Names {
    /// The origin under which a request with this `Host` came, if it is one of ours.
    pub fn find(&self, arrival: Arrival, host: &str) -> Option<Origin> {
        self.all(arrival)
            .find(|ours| Origin::parse_authority(ours.scheme, host).as_ref() == Some(ours))
    }

    /// Whether `origin`, as a whole string, is one of ours.
    pub fn allows(&self, arrival: Arrival, origin: &str) -> bool {
        self.all(arrival).any(|ours| ours.to_string() == origin)
    }

    /// All names that hold for a request: the owner's, and the very address it came to.
    fn all(&self, arrival: Arrival) -> impl Iterator<Item = Origin> {
        let scheme = if arrival.tls {
            Scheme::Https
        } else {
            Scheme::Http
        };
        let port = arrival.local.port();
        let ip = arrival.local.ip().to_canonical();
        let mut hosts = vec![match ip {
            std::net::IpAddr::V4(ip) => ip.to_string(),
            std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        }];
        if ip.is_loopback() {
            hosts.extend(LOCAL_NAMES.map(str::to_owned));
        }
        let own = hosts
            .into_iter()
            .map(move |host| Origin { scheme, host, port });
        self.extra.iter().cloned().chain(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(local: &str, tls: bool) -> Arrival {
        Arrival {
            peer: "127.0.0.1:50000".parse().unwrap(),
            local: local.parse().unwrap(),
            tls,
        }
    }

    #[test]
    fn only_our_own_names_are_answered() {
        let names = Names {
            extra: vec!["https://nexus.example".parse().unwrap()],
        };
        let plain = arrival("127.0.0.1:4210", false);
        for (host, origin) in [
            ("127.0.0.1:4210", Some("http://127.0.0.1:4210")),
            ("localhost:4210", Some("http://localhost:4210")),
            ("LOCALHOST:4210", Some("http://localhost:4210")),
            ("[::1]:4210", Some("http://[::1]:4210")),
            ("nexus.example", Some("https://nexus.example")),
            ("nexus.example:443", Some("https://nexus.example")),
            ("localhost", None),
            ("localhost:4211", None),
            ("localhost.:4210", None),
            ("localhost:", None),
            ("evil.example", None),
            ("evil.example:4210", None),
            ("nexus.example.evil.example", None),
            ("me@localhost:4210", None),
            ("127.0.0.1:4210:4210", None),
            ("", None),
        ] {
            let found = names.find(plain, host).map(|origin| origin.to_string());
            assert_eq!(found.as_deref(), origin, "{host}");
        }
        let lan = arrival("192.168.1.5:4210", false);
        assert!(names.find(lan, "192.168.1.5:4210").is_some());
        assert!(names.find(lan, "localhost:4210").is_none());
        let tls = arrival("127.0.0.1:443", true);
        assert_eq!(names.find(tls, "localhost").unwrap().scheme, Scheme::Https);
    }

    #[test]
    fn origins_are_compared_whole() {
        let names = Names {
            extra: vec!["https://nexus.example".parse().unwrap()],
        };
        let plain = arrival("127.0.0.1:4210", false);
        for (origin, allowed) in [
            ("https://nexus.example", true),
            ("http://127.0.0.1:4210", true),
            ("http://nexus.example", false),
            ("https://nexus.example.evil.example", false),
            ("https://nexus.example/", false),
            ("http://127.0.0.1", false),
            ("null", false),
        ] {
            assert_eq!(names.allows(plain, origin), allowed, "{origin}");
        }
    }

    #[test]
    fn an_origin_has_no_path_and_a_scheme() {
        for bad in [
            "nexus.example",
            "ftp://x",
            "https://",
            "https://x/y",
            "https://a@b",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(InvalidOrigin), "{bad}");
        }
    }
}
