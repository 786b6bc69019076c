//! Who is at the door, as far as counting failures goes: never the account, always the
//! client, so that a stranger cannot lock the owner out.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// Whose failures are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// A browser that has signed in before, wherever it is now.
    Device(i64),
    /// This machine.
    Loopback,
    /// An IPv4 address.
    V4(std::net::Ipv4Addr),
    /// An IPv6 network of 64 bits: one household has at least so many addresses.
    V6([u16; 4]),
}

impl Client {
    /// The client behind a connection from `address`.
    pub fn at(address: IpAddr) -> Self {
        let address = address.to_canonical();
        if address.is_loopback() {
            return Client::Loopback;
        }
        match address {
            IpAddr::V4(address) => Client::V4(address),
            IpAddr::V6(address) => {
                let mut network = [0; 4];
                for (to, from) in network.iter_mut().zip(address.segments()) {
                    *to = from;
                }
                Client::V6(network)
            }
        }
    }

    /// Whether this could be anybody: then the rule against guessing from many addresses
    /// holds too.
    pub fn is_unknown(self) -> bool {
        match self {
            Client::V4(_) | Client::V6(_) => true,
            Client::Device(_) | Client::Loopback => false,
        }
    }
}

/// As it stands in the database and in the record of what happened.
impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Client::Device(id) => write!(f, "device {id}"),
            Client::Loopback => f.write_str("this machine"),
            Client::V4(address) => write!(f, "{address}"),
            Client::V6(network) => {
                let mut segments = [0; 8];
                for (to, from) in segments.iter_mut().zip(network) {
                    *to = *from;
                }
                write!(f, "{}/64", Ipv6Addr::from(segments))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_counted_by_what_one_household_has() {
        for (address, client) in [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
            ("127.0.0.1", "this machine"),
            ("::ffff:127.0.0.1", "this machine"),
            ("::1", "this machine"),
        ] {
            let found = Client::at(address.parse().unwrap());
            assert_eq!(found.to_string(), client, "{address}");
        }
    }
}
