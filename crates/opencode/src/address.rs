//! Where an OpenCode server is: scheme, host and port, checked so that the owner cannot be
//! led into sending a password to a cloud's metadata service or a whole network.
//!
//! Loopback and private addresses are normal here: that is where OpenCode lives.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::connection::Reach;
use reqwest::Url;

/// Where a server is. Never holds a user name, a password or a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

/// Why a text is not the address of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// It cannot be read as an address.
    #[error("Write an address like http://127.0.0.1:4096.")]
    Unreadable,
    /// Neither `http` nor `https`.
    #[error("The address begins with http:// or https://.")]
    Scheme,
    /// It holds a user name or a password.
    #[error("Write the user name and the password in their own fields, not in the address.")]
    UserInfo,
    /// It goes on behind the port.
    #[error("The address ends after the port: no path, no ? and no #.")]
    Path,
    /// Port 0.
    #[error("The port is a number from 1 to 65535.")]
    Port,
    /// It names hosts that are never an OpenCode server.
    #[error("That address is reserved: an OpenCode server cannot be there.")]
    Reserved,
}

impl Address {
    /// Reads an address; without a scheme, `http` is meant.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("http://{text}"))
        };
        let url = url.map_err(|_| InvalidAddress::Unreadable)?;
        if url.scheme() != "http" && url.scheme() != "https" {
            return Err(InvalidAddress::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidAddress::UserInfo);
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidAddress::Path);
        }
        if url.port() == Some(0) {
            return Err(InvalidAddress::Port);
        }
        let address = Self(url);
        if address.ip().is_some_and(is_reserved) {
            return Err(InvalidAddress::Reserved);
        }
        Ok(address)
    }

    /// The host alone, as it stands in the address.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The port, the scheme's own where none was written.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(80)
    }

    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether the server is on this machine.
    pub fn is_loopback(&self) -> bool {
        match self.ip() {
            Some(ip) => ip.is_loopback(),
            None => self.host() == "localhost" || self.host().ends_with(".localhost"),
        }
    }

    /// Where it leads, as far as that can be told: a name is looked up, and the farthest of
    /// its addresses counts. A name that nobody knows may lead anywhere.
    pub async fn reach(&self) -> Reach {
        if self.is_loopback() {
            return Reach::Here;
        }
        if let Some(ip) = self.ip() {
            return reach_of(ip);
        }
        match tokio::net::lookup_host((self.host(), self.port())).await {
            Ok(found) => farthest(found.map(|at| at.ip())),
            Err(_) => Reach::Public,
        }
    }

    /// The address of `path` there. `path` begins with a slash; its segments are encoded.
    pub(crate) fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    fn ip(&self) -> Option<IpAddr> {
        let host = self.host();
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        host.parse().ok()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Where the farthest of some addresses leads.
fn farthest(found: impl Iterator<Item = IpAddr>) -> Reach {
    found.map(reach_of).max().unwrap_or(Reach::Public)
}

fn reach_of(ip: IpAddr) -> Reach {
    let ip = ip.to_canonical();
    if ip.is_loopback() {
        return Reach::Here;
    }
    let private = match ip {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            // Providers share the last range among their customers, and overlay networks
            // use it for machines of one owner: neither is the internet.
            ip.is_private() || (first == 100 && (64..128).contains(&second))
        }
        IpAddr::V6(ip) => ip.is_unique_local(),
    };
    if private {
        Reach::Private
    } else {
        Reach::Public
    }
}

/// Whether nothing of ours may connect to `ip`: link-local (clouds keep their keys there),
/// "this network", multicast and broadcast, also in their IPv6 disguises.
pub(crate) fn is_reserved(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_reserved_v4(ip),
        IpAddr::V6(ip) => is_reserved_v6(ip),
    }
}

fn is_reserved_v4(ip: Ipv4Addr) -> bool {
    let [first, ..] = ip.octets();
    first == 0 || ip.is_link_local() || ip.is_multicast() || ip.is_broadcast()
}

/// The metadata service of one cloud, an address of the otherwise private range.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

fn is_reserved_v6(ip: Ipv6Addr) -> bool {
    if ip.is_loopback() {
        return false;
    }
    // `::a.b.c.d` and `::ffff:a.b.c.d` and, behind a translating network, `64:ff9b::a.b.c.d`
    // and `2002:ab:cd::`.
    let embedded = ip.to_ipv4().or_else(|| match ip.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            Some(Ipv4Addr::new(a, b, c, d))
        }
        _ => None,
    });
    if let Some(v4) = embedded {
        return is_reserved_v4(v4);
    }
    ip.is_unspecified() || ip.is_multicast() || ip.is_unicast_link_local() || ip == METADATA_V6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_a_host_and_a_port() {
        for (text, shown) in [
            ("http://127.0.0.1:4096", "http://127.0.0.1:4096"),
            (" https://box.example/ ", "https://box.example"),
            ("localhost:4096", "http://localhost:4096"),
            ("http://[::1]:4096", "http://[::1]:4096"),
            ("192.168.1.20:4096", "http://192.168.1.20:4096"),
            ("http://10.0.0.1", "http://10.0.0.1"),
            ("http://[fd00::1]:4096", "http://[fd00::1]:4096"),
        ] {
            assert_eq!(
                Address::parse(text).map(|it| it.to_string()),
                Ok(shown.to_owned())
            );
        }
    }

    #[test]
    fn what_else_could_hide_in_an_address_is_refused() {
        for (text, why) in [
            ("", InvalidAddress::Unreadable),
            ("http://", InvalidAddress::Unreadable),
            ("http://h:99999", InvalidAddress::Unreadable),
            ("ftp://host", InvalidAddress::Scheme),
            ("file:///etc/passwd", InvalidAddress::Scheme),
            ("http://me:secret@host", InvalidAddress::UserInfo),
            ("http://me@host", InvalidAddress::UserInfo),
            ("http://host/path", InvalidAddress::Path),
            ("http://host/?x=1", InvalidAddress::Path),
            ("http://host/#x", InvalidAddress::Path),
            ("http://host:0", InvalidAddress::Port),
        ] {
            assert_eq!(Address::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn reserved_hosts_are_refused_in_every_spelling() {
        for host in [
            "169.254.169.254",
            "2852039166",
            "0xa9.0xfe.0xa9.0xfe",
            "0.0.0.0",
            "0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "[fe80::1]",
            "[ff02::1]",
            "[::]",
            "[fd00:ec2::254]",
            "[::ffff:169.254.169.254]",
            "[::ffff:0.0.0.0]",
            "[::169.254.169.254]",
            "[64:ff9b::169.254.169.254]",
            "[2002:a9fe:a9fe::1]",
        ] {
            let text = format!("http://{host}:4096");
            assert_eq!(
                Address::parse(&text),
                Err(InvalidAddress::Reserved),
                "{text}"
            );
        }
    }

    #[tokio::test]
    async fn an_address_tells_how_far_it_leads() {
        for (text, reach) in [
            ("http://127.0.0.1:4096", Reach::Here),
            ("http://[::ffff:127.0.0.1]:4096", Reach::Here),
            ("http://localhost:4096", Reach::Here),
            ("http://192.168.1.20:4096", Reach::Private),
            ("http://172.31.0.1", Reach::Private),
            ("http://100.101.102.103:4096", Reach::Private),
            ("http://[fd12::1]:4096", Reach::Private),
            ("http://172.32.0.1", Reach::Public),
            ("http://198.51.100.7:4096", Reach::Public),
            ("https://[2001:db8::1]", Reach::Public),
            ("http://nowhere.invalid:4096", Reach::Public),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.reach().await, reach, "{text}");
        }
        let both = ["10.0.0.1", "198.51.100.7"].map(|ip| ip.parse().unwrap());
        assert_eq!(farthest(both.into_iter()), Reach::Public);
    }

    #[test]
    fn this_machine_is_known_by_all_its_names() {
        for (text, here) in [
            ("http://127.0.0.1:4096", true),
            ("http://127.8.8.8:4096", true),
            ("http://[::1]:4096", true),
            ("http://localhost:4096", true),
            ("http://10.0.0.1:4096", false),
            ("http://localhost.example:4096", false),
        ] {
            assert_eq!(
                Address::parse(text).map(|it| it.is_loopback()),
                Ok(here),
                "{text}"
            );
        }
    }
}
