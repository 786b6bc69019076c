//! The door of one request: who has a session shows once more to be the owner, and gets
//! another token for it.

use std::sync::{Arc, Mutex, PoisonError};

use app::fault::Fault;
use app::host::Door;
use async_trait::async_trait;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use zeroize::Zeroizing;

use super::cookies::{Cookie, Jar};
use super::error::internal_fault;
use super::names::Arrival;
use super::router::Shared;
use crate::auth::{Client, Renewed, SignInFault, SignedIn, Token};

/// When to come back where too many passwords are being compared.
const BUSY_SECONDS: u32 = 5;

/// The door, as a request stands before it.
pub(super) struct Doorway {
    parts: Arc<Shared>,
    jar: Jar,
    signed_in: SignedIn,
    token: Token,
    client: Client,
    device: Option<Token>,
    agent: String,
    // Held for a moment, never across an await.
    renewed: Mutex<Option<Renewed>>,
}

impl Doorway {
    /// The door of `request`; none where nobody is signed in.
    pub(super) fn of(parts: &Arc<Shared>, request: &Request) -> Option<Arc<Self>> {
        let jar = *request.extensions().get::<Jar>()?;
        let arrival = request.extensions().get::<Arrival>()?;
        let headers = request.headers();
        Some(Arc::new(Self {
            parts: Arc::clone(parts),
            jar,
            signed_in: request.extensions().get::<SignedIn>()?.clone(),
            token: jar.read(headers, Cookie::Session)?,
            client: Client::at(arrival.peer.ip()),
            device: jar.read(headers, Cookie::Device),
            agent: agent(headers),
            renewed: Mutex::default(),
        }))
    }

    /// Gives the browser the token that the session got.
    pub(super) fn close(&self, response: &mut Response) {
        let mut renewed = self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(renewed) = renewed.take() {
            self.jar.renew(response.headers_mut(), &renewed);
        }
    }
}

fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

#[async_trait]
impl Door for Doorway {
    async fn prove(&self, password: String) -> Result<(), Fault> {
        let password = Zeroizing::new(password);
        let auth = &self.parts.auth;
        let path = "/api/account/prove";
        let visitor = auth
            .visitor(self.client, self.device.clone(), &self.agent)
            .await
            .map_err(|error| internal_fault(path, &error))?;
        let proven = auth
            .prove(&self.signed_in, self.token.clone(), password, &visitor)
            .await;
        match proven {
            Ok(renewed) => {
                *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = renewed;
                Ok(())
            }
            Err(SignInFault::Wrong { left }) => Err(Fault::Invalid {
                field: "password".to_owned(),
                why: match left {
                    0 => "That is not your password, and it was the last try for now.".to_owned(),
                    1 => "That is not your password. One try is left.".to_owned(),
                    left => format!("That is not your password. {left} tries are left."),
                },
            }),
            Err(SignInFault::Locked { seconds }) => Err(Fault::TooMany {
                seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
            }),
            Err(SignInFault::Busy) => Err(Fault::TooMany {
                seconds: BUSY_SECONDS,
            }),
            Err(fault @ (SignInFault::Store(_) | SignInFault::Hash)) => {
                Err(internal_fault(path, &fault))
            }
        }
    }
}
