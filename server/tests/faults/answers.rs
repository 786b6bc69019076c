//! Answers to what agents ask, where what came of them is lost on its way: whoever answered
//! is told that it stood, where that can be known, and nobody else is.

use std::time::Duration;

use app::fault::Fault;
use app::host::Caller;
use domain::id::{PermissionId, SessionId};
use domain::permission::PermissionReply;
use domain::sync::Viewing;
use fakes::FakeOpenCode;
use fakes::line::Fate;
use fakes::opencode::DIRECTORY;
use serde_json::json;

use crate::device::Device;
use crate::endings::with_nexus;
use crate::nexus::{Nexus, Running};

/// One of the owner's browsers.
struct Browser<'n> {
    number: i64,
    nexus: &'n Nexus,
    running: &'n Running,
}

impl Browser<'_> {
    async fn reply(&self, reply: PermissionReply) -> Result<(), Fault> {
        let caller = Caller {
            session: self.number,
            name: format!("Browser {}", self.number),
        };
        let (server, ask) = (self.nexus.server.clone(), PermissionId::new("per_1"));
        let asks = &self.running.host.asks;
        asks.reply(caller, server, ask, reply).await
    }
}

/// Runs `test` while an agent waits for permission, with two browsers.
fn while_an_agent_asks(test: impl AsyncFnOnce(&FakeOpenCode, &mut Device, [Browser; 2])) {
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Asks");
        server.use_session(&session);
        let mut device = Device::new();
        device.viewing = Some(Viewing {
            server: nexus.server.clone(),
            session: SessionId::new(&*session),
        });
        device.open(running).await;
        for event in [
            json!({ "type": "session.status", "directory": DIRECTORY, "properties":
                { "sessionID": session, "status": { "type": "busy" } } }),
            json!({ "type": "permission.asked", "directory": DIRECTORY, "properties":
                { "id": "per_1", "sessionID": session, "permission": "bash",
                  "patterns": ["ls"], "always": [], "metadata": {} } }),
        ] {
            server.push(event);
        }
        until_asked(&mut device, true).await;
        let browsers = [1, 2].map(|number| Browser {
            number,
            nexus,
            running,
        });
        test(server, &mut device, browsers).await;
    });
}

async fn until_asked(device: &mut Device, asked: bool) {
    while device.asks().is_empty() == asked {
        assert!(device.receive().await);
    }
}

/// The answers to the first `times` replies are lost on their way, once those are carried
/// out or before.
fn lose(nexus: &Nexus, mut times: u32, fate: Fate) {
    nexus.line.befall(move |method, path| {
        if method == "POST" && path.starts_with("/permission/") && times > 0 {
            times -= 1;
            return fate.clone();
        }
        Fate::Well
    });
}

fn told(answered: &Result<(), Fault>) -> &str {
    match answered {
        Err(Fault::Conflict { what }) => what,
        Ok(()) | Err(_) => "",
    }
}

#[test]
fn whoever_lost_what_came_of_an_answer_is_told_that_it_stood_and_others_who_was_first() {
    while_an_agent_asks(async |server, device, [one, other]| {
        lose(one.nexus, 1, Fate::Unanswered);
        // Whether the event or the broken connection comes first is chance.
        let first = one.reply(PermissionReply::Once).await;
        assert!(
            matches!(first, Ok(()) | Err(Fault::ServerDown { .. })),
            "{first:?}"
        );
        until_asked(device, false).await;
        assert_eq!(one.reply(PermissionReply::Once).await, Ok(()));
        let late = other.reply(PermissionReply::Once).await;
        assert_eq!(told(&late), "Browser 1 was first and allowed it once.");
        let changed = one.reply(PermissionReply::Deny { message: None }).await;
        let words = "Another window of this browser was first and allowed it once.";
        assert_eq!(told(&changed), words);
        let sent = server.requests();
        let sent = sent
            .iter()
            .filter(|it| it.is("POST", "/permission/*/reply"));
        assert_eq!(sent.count(), 1);
    });
}

#[test]
fn an_answer_that_was_lost_on_its_way_there_is_given_again() {
    while_an_agent_asks(async |_, device, [one, _]| {
        lose(one.nexus, 1, Fate::Lost);
        let lost = one.reply(PermissionReply::Once).await;
        assert!(matches!(lost, Err(Fault::ServerDown { .. })), "{lost:?}");
        assert_eq!(one.reply(PermissionReply::Once).await, Ok(()));
        until_asked(device, false).await;
    });
}

#[test]
fn whose_answer_was_lost_on_its_way_there_is_told_that_another_stood() {
    while_an_agent_asks(async |_, device, [one, other]| {
        lose(one.nexus, 1, Fate::Lost);
        let lost = one.reply(PermissionReply::Once).await;
        assert!(matches!(lost, Err(Fault::ServerDown { .. })), "{lost:?}");
        let denied = other.reply(PermissionReply::Deny { message: None }).await;
        assert_eq!(denied, Ok(()));
        until_asked(device, false).await;
        let again = one.reply(PermissionReply::Once).await;
        assert_eq!(told(&again), "Browser 2 was first and denied it.");
    });
}

#[test]
fn what_came_of_an_answer_that_was_given_before_a_gap_is_not_made_up() {
    while_an_agent_asks(async |server, device, [one, _]| {
        // The server is lost with the answer, and closes the ask unheard.
        server.silence(true);
        lose(one.nexus, 1, Fate::Unanswered);
        let lost = one.reply(PermissionReply::Once).await;
        assert!(matches!(lost, Err(Fault::ServerDown { .. })), "{lost:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        server.end_streams();
        server.silence(false);
        until_asked(device, false).await;
        let again = one.reply(PermissionReply::Once).await;
        assert!(
            told(&again).contains("may have arrived or not"),
            "{again:?}"
        );
    });
}
