//! Commands on a bad line: none runs a second time without its owner, and none that surely
//! did not run makes the owner wonder.

use app::fault::Fault;
use domain::id::SessionId;
use domain::prompt::{Prompt, PromptId, PromptText};
use fakes::Fate;
use fakes::opencode::DIRECTORY;

use crate::endings::with_nexus;
use crate::nexus::START;

fn shell(n: u8) -> Prompt {
    Prompt {
        id: PromptId::new(START, [n; 14]),
        text: PromptText::parse("!make deploy").ok(),
        files: Vec::new(),
        agent: None,
        model: None,
        waits: None,
    }
}

#[test]
fn a_command_that_may_have_run_is_the_owners_to_repeat() {
    with_nexus(async |server, nexus, running| {
        let session = SessionId::new(server.session(DIRECTORY, "Shell"));
        server.turns(true);
        let send = |n| {
            let (server, session) = (nexus.server.clone(), session.clone());
            running.host.sessions.prompt(server, session, shell(n))
        };
        let handed = |path: &str| {
            let requests = server.requests();
            requests.iter().filter(|it| it.is("POST", path)).count()
        };
        // It is lost on its way, for all that anybody knows: nothing is there.
        let fates = [Fate::Lost, Fate::Status(502), Fate::Html];
        for (n, fate) in (1..).zip(fates) {
            nexus.line.befall(move |_, path| {
                if path.ends_with("/shell") {
                    fate.clone()
                } else {
                    Fate::Well
                }
            });
            let down = send(n).await;
            assert!(matches!(down, Err(Fault::ServerDown { .. })), "{down:?}");
            nexus.line.mend();
            // So an outbox does by itself.
            let before = handed("/session/*/shell");
            let doubtful = send(n).await;
            let doubts = |fault: &Fault| matches!(fault, Fault::Refused { why } if why.contains("may have run"));
            assert!(doubtful.as_ref().is_err_and(doubts), "{doubtful:?}");
            assert_eq!(handed("/session/*/shell"), before);
            // And so its owner.
            assert_eq!(send(n).await, Ok(()));
            assert_eq!(handed("/session/*/shell"), before + 1);
        }
    });
}

#[test]
fn a_command_that_surely_did_not_arrive_goes_out_by_itself() {
    with_nexus(async |server, nexus, running| {
        let session = SessionId::new(server.session(DIRECTORY, "Shell"));
        server.turns(true);
        for (n, fate) in (1..).zip([Fate::Refused, Fate::Stumbled]) {
            nexus.line.befall(move |_, path| {
                if path.ends_with("/shell") {
                    fate.clone()
                } else {
                    Fate::Well
                }
            });
            let send = || {
                let (server, session) = (nexus.server.clone(), session.clone());
                running.host.sessions.prompt(server, session, shell(n))
            };
            assert!(send().await.is_err());
            nexus.line.mend();
            assert_eq!(send().await, Ok(()));
        }
    });
}
