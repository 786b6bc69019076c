//! Answers to what agents ask.

use domain::id::{PermissionId, QuestionId, ServerId};
use domain::permission::PermissionReply;
use domain::question::Answers;
use leptos::prelude::server;

use super::post::Post;
use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::{Caller, Host};

/// Answers a request for permission.
#[server(prefix = "/api", endpoint = "asks/reply", protocol = Post)]
pub async fn reply(
    server: ServerId,
    permission: PermissionId,
    reply: PermissionReply,
) -> Result<(), Fault> {
    let asks = Host::here()?.asks;
    asks.reply(Caller::here()?, server, permission, reply).await
}

/// Answers questions.
#[server(prefix = "/api", endpoint = "asks/answer", protocol = Post)]
pub async fn answer(server: ServerId, question: QuestionId, answers: Answers) -> Result<(), Fault> {
    let asks = Host::here()?.asks;
    asks.answer(Caller::here()?, server, question, answers)
        .await
}

/// Dismisses questions.
#[server(prefix = "/api", endpoint = "asks/skip", protocol = Post)]
pub async fn skip(server: ServerId, question: QuestionId) -> Result<(), Fault> {
    let asks = Host::here()?.asks;
    asks.skip(Caller::here()?, server, question).await
}
