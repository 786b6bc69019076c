//! Resolves names, and refuses those that lead to a reserved address. The check is here
//! because the connection goes to what this very look-up answered: a name cannot show one
//! address to a check and another to the connection.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::is_reserved;

/// Resolves by the system.
#[derive(Debug)]
pub(super) struct Guarded;

/// A name leads where nothing of ours may connect to.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a reserved address")]
struct Reserved;

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| is_reserved(address.ip())) {
                return Err(Reserved.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
