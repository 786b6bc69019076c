//! `/setup`: creates the owner, once. A plain form that works without the program.

use std::sync::Arc;

use app::forms::{SetupField, SetupForm, SetupProblem};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::cookies::Jar;
use super::error::internal;
use super::login::{go_on, read_form, retry_later, visitor};
use super::names::Arrival;
use super::page::{Drawn, draw};
use super::router::Shared;
use crate::auth::{NewOwner, SetupFault};

/// The form of `/setup`. Lenient, for a field that is missing is as good as empty.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Filled {
    user_name: String,
    password: String,
    repeat: String,
    token: String,
}

/// What to say about a form that was refused.
#[derive(Default)]
struct Refusal {
    status: StatusCode,
    problems: Vec<SetupProblem>,
    retry_after: Option<u64>,
    done: bool,
}

/// Shows the form, or says that there is nothing to set up.
pub(super) async fn show(State(parts): State<Arc<Shared>>, request: Request) -> Response {
    let done = match parts.auth.has_owner().await {
        Ok(done) => done,
        Err(error) => return internal("/setup", &error),
    };
    let status = if done {
        StatusCode::GONE
    } else {
        StatusCode::OK
    };
    let form = SetupForm {
        done,
        ..SetupForm::default()
    };
    draw(&parts, request, status, Drawn::Setup(form)).await
}

/// Takes the form.
pub(super) async fn submit(
    State(parts): State<Arc<Shared>>,
    Extension(jar): Extension<Jar>,
    Extension(arrival): Extension<Arrival>,
    request: Request,
) -> Response {
    let (request, filled) = match read_form::<Filled>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let visitor = match visitor(&parts, jar, arrival, request.headers()).await {
        Ok(visitor) => visitor,
        Err(error) => return internal("/setup", &error),
    };
    let new = NewOwner {
        user_name: filled.user_name.clone(),
        password: Zeroizing::new(filled.password),
        repeat: Zeroizing::new(filled.repeat),
        token: filled.token.clone(),
    };
    let faults = match parts.auth.set_up(new, &visitor).await {
        Ok(opened) => {
            let mut response = go_on(None);
            jar.open(response.headers_mut(), &opened);
            return response;
        }
        Err(faults) => faults,
    };
    let mut refusal = Refusal::default();
    for fault in faults {
        if let Err(defect) = refusal.add(fault) {
            return internal("/setup", &defect);
        }
    }
    let form = SetupForm {
        user_name: filled.user_name,
        token: filled.token,
        problems: refusal.problems,
        done: refusal.done,
    };
    let mut response = draw(&parts, request, refusal.status, Drawn::Setup(form)).await;
    retry_later(&mut response, refusal.retry_after);
    response
}

impl Refusal {
    /// Says what the owner-to-be can do about a fault; gives back what only we can.
    fn add(&mut self, fault: SetupFault) -> Result<(), SetupFault> {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        match fault {
            SetupFault::Done => {
                self.status = StatusCode::GONE;
                self.done = true;
            }
            SetupFault::BadToken => {
                self.status = StatusCode::FORBIDDEN;
                self.say(
                    SetupField::Token,
                    "This token is not good. It works once, for 30 minutes; \
                     `opencode-nexus owner setup-link` prints a new one."
                        .to_owned(),
                );
            }
            SetupFault::Locked { seconds } => {
                self.status = StatusCode::TOO_MANY_REQUESTS;
                self.retry_after = Some(seconds);
                let minutes = seconds.div_ceil(60);
                self.say(
                    SetupField::Token,
                    format!("Too many failed tries from here. Try again in {minutes} minutes."),
                );
            }
            SetupFault::UserName(why) => self.say(SetupField::UserName, why),
            SetupFault::Password(why) => self.say(SetupField::Password, why),
            SetupFault::Repeat => {
                self.say(SetupField::Repeat, "The two passwords differ.".to_owned());
            }
            SetupFault::Busy => {
                self.status = StatusCode::SERVICE_UNAVAILABLE;
                self.say(
                    SetupField::Password,
                    "The server is busy. Try again in a few seconds.".to_owned(),
                );
            }
            defect @ (SetupFault::Store(_) | SetupFault::Hash | SetupFault::Io(_)) => {
                return Err(defect);
            }
        }
        Ok(())
    }

    fn say(&mut self, field: SetupField, why: String) {
        self.problems.push(SetupProblem { field, why });
    }
}
