//! Requests for permission and answers. Both lists and answers need the right directory:
//! elsewhere the server does not know the request.

use domain::id::Directory;
use domain::permission::{Permission, PermissionReply};
use domain::question::{Answers, Question};
use serde_json::{Value, json};

use super::{each, segment};
use crate::client::Client;
use crate::fault::CallFault;
use crate::translate;

/// The requests for permission pending in a directory, ghosts of stopped turns included.
pub(super) async fn permissions(
    client: &Client,
    directory: &Directory,
) -> Result<Vec<Permission>, CallFault> {
    let list: Vec<Value> = client.get("/permission").within(directory).json().await?;
    Ok(each("permissions", list)
        .map(|it| translate::ask::permission(it, directory.clone()))
        .collect())
}

/// The requests for answers pending in a directory, ghosts of stopped turns included.
pub(super) async fn questions(
    client: &Client,
    directory: &Directory,
) -> Result<Vec<Question>, CallFault> {
    let list: Vec<Value> = client.get("/question").within(directory).json().await?;
    Ok(each("questions", list)
        .map(|it| translate::ask::question(it, directory.clone()))
        .collect())
}

/// Answers a request for permission.
pub(super) async fn reply(
    client: &Client,
    ask: &Permission,
    reply: &PermissionReply,
) -> Result<(), CallFault> {
    let body = match reply {
        PermissionReply::Once => json!({ "reply": "once" }),
        PermissionReply::Always => json!({ "reply": "always" }),
        PermissionReply::Deny { message: None } => json!({ "reply": "reject" }),
        PermissionReply::Deny {
            message: Some(message),
        } => json!({ "reply": "reject", "message": message }),
    };
    client
        .post(
            &format!("/permission/{}/reply", segment(ask.id.as_str())),
            &body,
        )
        .within(&ask.directory)
        .done()
        .await
}

/// Answers questions.
pub(super) async fn answer(
    client: &Client,
    ask: &Question,
    answers: &Answers,
) -> Result<(), CallFault> {
    client
        .post(
            &format!("/question/{}/reply", segment(ask.id.as_str())),
            &json!({ "answers": answers }),
        )
        .within(&ask.directory)
        .done()
        .await
}

/// Dismisses questions.
pub(super) async fn skip(client: &Client, ask: &Question) -> Result<(), CallFault> {
    client
        .post(
            &format!("/question/{}/reject", segment(ask.id.as_str())),
            &json!({}),
        )
        .within(&ask.directory)
        .done()
        .await
}
