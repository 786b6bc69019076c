//! The owner's account.

use leptos::prelude::server;

use super::post::Post;
use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::AtDoor;

/// Takes the owner's password once more, for what needs it.
#[server(prefix = "/api", endpoint = "account/prove", protocol = Post)]
pub async fn prove(password: String) -> Result<(), Fault> {
    AtDoor::here()?.0.prove(password).await
}

/// A number, and back: how long that takes tells how well the page is connected.
#[server(prefix = "/api", endpoint = "account/echo", protocol = Post)]
pub async fn echo(sent: u64) -> Result<u64, Fault> {
    std::future::ready(Ok(sent)).await
}
