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
            Ok(Box::new(permitted(found)?.into_iter()) as Addrs)
        })
    }
}

/// One reserved address among others is enough: which of them the connection would take
/// is not ours to say.
fn permitted(found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Reserved> {
    if found.iter().any(|address| is_reserved(address.ip())) {
        return Err(Reserved);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_to_a_reserved_address_leads_nowhere() {
        let here: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let metadata: SocketAddr = "169.254.169.254:0".parse().unwrap();
        assert!(permitted(vec![here]).is_ok());
        assert!(permitted(vec![here, metadata]).is_err());
    }
}
