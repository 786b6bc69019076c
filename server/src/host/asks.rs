//! Answers to what agents ask: each ask is answered once, and whoever comes second is told
//! who was first.

use app::fault::Fault;
use app::host::{Asks, Caller};
use async_trait::async_trait;
use domain::id::{PermissionId, QuestionId, ServerId};
use domain::permission::PermissionReply;
use domain::question::Answers;
use opencode::CallFault;

use super::{Nexus, faults};
use crate::relay::answers::{First, Verdict};
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
        let ask = relay.with(|live| live.mirror().permissions.get(&permission).cloned());
        let ask = ask.ok_or_else(|| gone(&relay, id, &caller))?;
        let verdict = match &reply {
            PermissionReply::Once => Verdict::Allowed,
            PermissionReply::Always => Verdict::Always,
            PermissionReply::Deny { .. } => Verdict::Denied,
        };
        let dialect = self.dialect(&server)?;
        once(&relay, id, caller, verdict, dialect.reply(&ask, &reply)).await
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
        let ask = relay.with(|live| live.mirror().questions.get(&question).cloned());
        let ask = ask.ok_or_else(|| gone(&relay, id, &caller))?;
        let dialect = self.dialect(&server)?;
        let call = dialect.answer(&ask, &answers);
        once(&relay, id, caller, Verdict::Answered, call).await
    }

    async fn skip(
        &self,
        caller: Caller,
        server: ServerId,
        question: QuestionId,
    ) -> Result<(), Fault> {
        let relay = self.relay(&server)?;
        let id = question.as_str();
        let ask = relay.with(|live| live.mirror().questions.get(&question).cloned());
        let ask = ask.ok_or_else(|| gone(&relay, id, &caller))?;
        let call = self.dialect(&server)?;
        once(&relay, id, caller, Verdict::Skipped, call.skip(&ask)).await
    }
}

/// The ask is not there any more.
fn gone(relay: &Relay, ask: &str, caller: &Caller) -> Fault {
    faults::answered(relay.first(ask).as_ref(), caller)
}

/// Sends an answer unless another is under way or has arrived.
async fn once(
    relay: &Relay,
    ask: &str,
    caller: Caller,
    verdict: Verdict,
    call: impl Future<Output = Result<(), CallFault>> + Send,
) -> Result<(), Fault> {
    let first = First::Device {
        session: caller.session,
        name: caller.name.clone(),
        verdict,
    };
    let claim = relay
        .claim(ask, first)
        .map_err(|other| faults::answered(Some(&other), &caller))?;
    match call.await {
        Ok(()) => {
            claim.keep();
            Ok(())
        }
        Err(CallFault::NotFound) => {
            drop(claim);
            Err(gone(relay, ask, &caller))
        }
        Err(fault) => Err(faults::call("This request", fault)),
    }
}
