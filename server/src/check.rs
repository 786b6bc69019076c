//! The verb `check`: asks an OpenCode server of 2.x whether it behaves as it is taken to. It
//! needs no data directory and leaves nothing behind.

use domain::connection::Reach;
use domain::house::ServerFault;
use domain::survey::Survey;
use opencode::{Address, Credentials, InvalidAddress};

use crate::config::{CheckArgs, OpenCodeChoice};
use crate::connections::surveying;
use crate::relay::handle::Target;
use crate::terminal::{self, AskError};

/// Why nothing was found out; one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// No server was named.
    #[error("there is no server to ask: write auto, or an address like http://127.0.0.1:4096")]
    Off,
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// Nobody could be asked for the password.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The password would be there for others to read.
    #[error(
        "this password would travel unencrypted through networks that are not yours: use https"
    )]
    InClear,
    /// The server cannot be had.
    #[error("{}", words(.0))]
    Down(ServerFault),
}

/// Asks the server that was named.
pub async fn check(arguments: CheckArgs) -> Result<Survey, CheckError> {
    let target = match &arguments.opencode {
        OpenCodeChoice::Off => return Err(CheckError::Off),
        OpenCodeChoice::Auto => surveying::here().await?,
        OpenCodeChoice::At(address) => Target {
            address: Address::parse(address)?,
            credentials: None,
        },
    };
    let password = if arguments.password {
        Some(terminal::password()?.to_string())
    } else {
        arguments.password_around()
    };
    let given = password.map(|password| Credentials {
        user: arguments.user,
        password: password.into(),
    });
    let target = Target {
        // What the service's own file says needs no help.
        credentials: target.credentials.or(given),
        ..target
    };
    may_travel(&target).await?;
    let version = env!("CARGO_PKG_VERSION");
    let asked = surveying::ask(&target, version, arguments.with_prompt).await;
    asked.map_err(CheckError::Down)
}

async fn may_travel(target: &Target) -> Result<(), CheckError> {
    if target.credentials.is_none() || target.address.is_encrypted() {
        return Ok(());
    }
    match target.address.reach().await {
        Reach::Here | Reach::Private => Ok(()),
        Reach::Public => Err(CheckError::InClear),
    }
}

fn words(fault: &ServerFault) -> &'static str {
    match fault {
        ServerFault::Refused => "nothing listens there: start OpenCode, or check the port",
        ServerFault::Unreachable => "its host cannot be reached",
        ServerFault::TimedOut | ServerFault::Silent => "it did not answer in time",
        ServerFault::Unauthorized => {
            "it wants a password: set OPENCODE_SERVER_PASSWORD, or give --password"
        }
        ServerFault::NotOpenCode | ServerFault::Garbled => "what answers there is not OpenCode",
        ServerFault::Unsupported => "it speaks a protocol that this version does not know",
        ServerFault::Failed { .. } => "it failed to answer",
        ServerFault::Ended | ServerFault::Exited { .. } | ServerFault::NotStarted { .. } => {
            "it went away"
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::house::Family;
    use domain::survey::Verdict;
    use fakes::FakeOpenCode2;
    use fakes::opencode2::PASSWORD;

    use super::*;

    fn arguments(opencode: OpenCodeChoice) -> CheckArgs {
        CheckArgs {
            opencode,
            user: "opencode".to_owned(),
            password: false,
            with_prompt: false,
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_or_keeps_us_out_is_said_in_a_sentence() {
        let off = check(arguments(OpenCodeChoice::Off)).await;
        assert!(matches!(off, Err(CheckError::Off)));
        let server = FakeOpenCode2::start().await;
        let out = check(arguments(OpenCodeChoice::At(server.url()))).await;
        let Err(error @ CheckError::Down(ServerFault::Unauthorized)) = out else {
            panic!("{out:?}");
        };
        assert!(error.to_string().contains("--password"), "{error}");
    }

    #[tokio::test]
    async fn one_that_lets_us_in_is_asked() {
        let server = FakeOpenCode2::start().await;
        let target = Target {
            address: Address::parse(&server.url()).unwrap(),
            credentials: Some(Credentials {
                user: "opencode".to_owned(),
                password: PASSWORD.to_owned().into(),
            }),
        };
        may_travel(&target).await.unwrap();
        let survey = surveying::ask(&target, "0.0.0", false).await.unwrap();
        assert_eq!(survey.family, Family::V2);
        assert_eq!(survey.count(Verdict::Different), 0, "{survey}");
    }
}
