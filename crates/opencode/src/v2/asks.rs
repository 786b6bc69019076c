//! Permissions and forms, read and answered.

use domain::id::{Directory, SessionId};
use domain::permission::{Permission, PermissionReply};
use domain::question::{Answers, Question};
use serde_json::{Map, Value, json};

use super::route::Route;
use super::translate::ask::{self, form, permission};
use super::wire::Data;
use super::wire::ask::Form as Asked;
use super::{Form, Generation, V2, located, within};
use crate::answered::each;
use crate::client::Request;
use crate::fault::CallFault;

/// The status of an answer that does not fit its form, as the server itself would give it.
const BAD_ANSWER: u16 = 400;

impl V2 {
    /// The requests for permission pending in a directory.
    pub async fn permissions(&self, directory: &Directory) -> Result<Vec<Permission>, CallFault> {
        let request = within(self.door.ask(Route::Permissions), directory);
        let list: Data<Vec<Value>> = located(request.json().await)?;
        Ok(permissions(list.data, directory))
    }

    /// The requests for permission of one session, which works in `directory`.
    pub async fn permissions_of(
        &self,
        session: &SessionId,
        directory: &Directory,
    ) -> Result<Vec<Permission>, CallFault> {
        let request = self.door.ask(Route::PermissionsOf(session));
        let list: Data<Vec<Value>> = request.json().await?;
        Ok(permissions(list.data, directory))
    }

    /// The forms pending in a directory, those of no session too.
    pub async fn forms(&self, directory: &Directory) -> Result<Vec<Form>, CallFault> {
        let request = within(self.door.ask(Route::Forms), directory);
        let list: Data<Vec<Value>> = located(request.json().await)?;
        Ok(forms(list.data, directory))
    }

    /// The forms of one session, which works in `directory`.
    pub async fn forms_of(
        &self,
        session: &SessionId,
        directory: &Directory,
    ) -> Result<Vec<Form>, CallFault> {
        let request = self.door.ask(Route::FormsOf(session));
        let list: Data<Vec<Value>> = request.json().await?;
        Ok(forms(list.data, directory))
    }

    /// Answers a request for permission. [`CallFault::NotFound`]: it has already gone.
    pub async fn reply(&self, ask: &Permission, reply: &PermissionReply) -> Result<(), CallFault> {
        let word = match self.generation {
            Generation::Early => "reply",
            Generation::Current => "decision",
        };
        let (decision, message) = match reply {
            PermissionReply::Once => ("once", None),
            PermissionReply::Always => ("always", None),
            PermissionReply::Deny { message } => ("reject", message.as_ref()),
        };
        let mut body = Map::new();
        body.insert(word.to_owned(), json!(decision));
        body.extend(message.map(|it| ("message".to_owned(), json!(it))));
        let request = self
            .door
            .tell(Route::Reply(&ask.session, &ask.id), &body.into());
        request.done().await
    }

    /// Answers questions: the form is read again, for its fields say how an answer is
    /// written. [`CallFault::NotFound`]: they have already gone.
    pub async fn answer(&self, ask: &Question, answers: &Answers) -> Result<(), CallFault> {
        let request = at(ask, self.door.ask(Route::Form(&ask.session, &ask.id)));
        let asked: Data<Asked> = gone(request.json().await)?;
        let answer = ask::answer(asked.data, answers).map_err(|why| CallFault::Refused {
            status: BAD_ANSWER,
            why: why.to_string(),
        })?;
        let body = json!({ "answer": answer });
        let request = self.door.tell(Route::Answer(&ask.session, &ask.id), &body);
        gone(at(ask, request).done().await)
    }

    /// Dismisses questions; the turn ends with it. [`CallFault::NotFound`]: they have
    /// already gone.
    pub async fn dismiss(&self, ask: &Question) -> Result<(), CallFault> {
        let route = Route::Dismiss(&ask.session, &ask.id, self.generation);
        let request = match self.generation {
            Generation::Early => self.door.tell(route, &json!({})),
            Generation::Current => self.door.ask(route),
        };
        gone(at(ask, request).done().await)
    }
}

/// Where a form is nobody's, no session says which directory it is asked in: the header must
/// \[S\].
fn at(ask: &Question, request: Request) -> Request {
    if ask.is_nobodys() {
        request.within(&ask.directory)
    } else {
        request
    }
}

/// A form that was settled is refused as such; to us it has gone.
fn gone<T>(answer: Result<T, CallFault>) -> Result<T, CallFault> {
    match answer {
        Err(CallFault::Refused { status: 409, .. }) => Err(CallFault::NotFound),
        answer => answer,
    }
}

fn permissions(list: Vec<Value>, directory: &Directory) -> Vec<Permission> {
    each("permissions", list)
        .map(|it| permission(it, directory.clone()))
        .collect()
}

fn forms(list: Vec<Value>, directory: &Directory) -> Vec<Form> {
    each("forms", list)
        .map(|it| form(it, directory.clone()))
        .collect()
}
