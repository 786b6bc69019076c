//! Answers to what agents ask: each ask is answered once, and whoever comes second is told
//! who was first; whoever was first and did not hear of it, that it was.

use app::fault::Fault;
use app::host::{Asks, Caller};
use async_trait::async_trait;
use domain::id::{PermissionId, QuestionId, ServerId};
use domain::permission::PermissionReply;
use domain::question::Answers;
use opencode::CallFault;

use super::{Nexus, faults};
use crate::relay::answers::{First, Reply, Verdict};
use crate::relay::handle::Relay;

#[async_trait]
impl Asks for Nexus {
    async fn reply(
        &self,
        caller: Caller,
        server: ServerId,
        permission: PermissionId,
        reply: PermissionReply,
    ) -> Result<(), Fault> {
        let relay = self.relay(&server)?;
        let id = permission.as_str();
        let (verdict, word) = match &reply {
            PermissionReply::Once => (Verdict::Allowed, None),
            PermissionReply::Always => (Verdict::Always, None),
            PermissionReply::Deny { message } => (Verdict::Denied, message.clone()),
        };
        let mut by = replying(caller, verdict);
        by.word = word;
        let ask = relay.with(|live| live.mirror().permissions.get(&permission).cloned());
        let Some(ask) = ask else {
            return gone(&relay, id, &by);
        };
        let dialect = self.dialect(&server)?;
        once(&relay, id, by, dialect.reply(&ask, &reply)).await
    }

    async fn answer(
        &self,
        caller: Caller,
        server: ServerId,
        question: QuestionId,
        answers: Answers,
    ) -> Result<(), Fault> {
        let relay = self.relay(&server)?;
        let id = question.as_str();
        let by = replying(caller, Verdict::Answered(answers.clone()));
        let ask = relay.with(|live| live.mirror().questions.get(&question).cloned());
        let Some(ask) = ask else {
            return gone(&relay, id, &by);
        };
        let dialect = self.dialect(&server)?;
        once(&relay, id, by, dialect.answer(&ask, &answers)).await
    }

    async fn skip(
        &self,
        caller: Caller,
        server: ServerId,
        question: QuestionId,
    ) -> Result<(), Fault> {
        let relay = self.relay(&server)?;
        let id = question.as_str();
        let by = replying(caller, Verdict::Skipped);
        let ask = relay.with(|live| live.mirror().questions.get(&question).cloned());
        let Some(ask) = ask else {
            return gone(&relay, id, &by);
        };
        let dialect = self.dialect(&server)?;
        once(&relay, id, by, dialect.skip(&ask)).await
    }
}

fn replying(caller: Caller, verdict: Verdict) -> Reply {
    Reply {
        session: caller.session,
        name: caller.name,
        verdict,
        word: None,
    }
}

/// Sends an answer unless another is under way or has arrived.
async fn once(
    relay: &Relay,
    ask: &str,
    by: Reply,
    call: impl Future<Output = Result<(), CallFault>> + Send,
) -> Result<(), Fault> {
    let claim = match relay.claim(ask, by.clone()) {
        Ok(claim) => claim,
        Err(first) => return second(Some(&first), &by),
    };
    match call.await {
        Ok(()) => {
            claim.arrived();
            Ok(())
        }
        Err(CallFault::NotFound) => {
            claim.refused();
            gone(relay, ask, &by)
        }
        Err(fault @ (CallFault::Busy | CallFault::Refused { .. } | CallFault::Unsupported)) => {
            claim.refused();
            Err(faults::call("This request", fault))
        }
        Err(fault @ CallFault::Down(_)) => {
            // It may have been lost on its way there, or on its way back.
            drop(claim);
            match relay.first(ask) {
                Some(First::Device(first)) if first.is(&by) => Ok(()),
                _ => Err(faults::call("This request", fault)),
            }
        }
    }
}

/// The ask is not there any more.
fn gone(relay: &Relay, ask: &str, by: &Reply) -> Result<(), Fault> {
    second(relay.first(ask).as_ref(), by)
}

/// The ask was answered before. Whoever gave that very answer is told that it stood: it
/// comes again because nobody heard what came of it.
fn second(first: Option<&First>, by: &Reply) -> Result<(), Fault> {
    match first {
        Some(First::Device(first)) if first.is(by) => Ok(()),
        first => Err(faults::answered(first, by)),
    }
}
