//! What brings a request to a server and an answer back: as a rule the network. Tests put
//! something else in its place, so that time stands still while nothing happens and a
//! line breaks where they say.

use std::fmt;

use async_trait::async_trait;
use domain::house::ServerFault;
use reqwest::{Request, Response};

use super::fault_of;

/// Brings requests to a server.
#[async_trait]
pub trait Carrier: fmt::Debug + Send + Sync {
    /// Sends a request and waits for the head of its answer; the body comes by itself.
    async fn carry(&self, request: Request) -> Result<Response, ServerFault>;
}

/// The network.
#[derive(Clone, Debug)]
pub(super) struct Network(pub(super) reqwest::Client);

#[async_trait]
impl Carrier for Network {
    async fn carry(&self, request: Request) -> Result<Response, ServerFault> {
        let answer = self.0.execute(request).await;
        answer.map_err(|error| fault_of(&error))
    }
}
