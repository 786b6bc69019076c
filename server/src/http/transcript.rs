//! `GET /api/transcripts/{server}/{session}`: a whole conversation as Markdown, to be
//! copied or kept. It is read from OpenCode page by page at that moment and costs no memory
//! afterwards.

mod markdown;

use std::sync::Arc;

use app::fault::Fault;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::id::{ServerId, SessionId};
use domain::session::Session;
use domain::transcript::Entry;
use opencode::{CallFault, Dialect};

use super::error;
use crate::relay::hub::Hub;
use markdown::Pages;

const PATH: &str = "/api/transcripts/{server}/{session}";
/// How many messages are asked for at once.
const PAGE: u32 = 100;

/// The route of whole conversations.
pub fn routes(hub: Hub) -> Router {
    Router::new().route(PATH, get(read)).with_state(hub)
}

async fn read(State(hub): State<Hub>, Path((server, session)): Path<(String, String)>) -> Response {
    let (Ok(server), Ok(session)) = (ServerId::parse(&server), SessionId::parse(&session)) else {
        return gone();
    };
    let Some(relay) = hub.relay(&server) else {
        return gone();
    };
    let Some(dialect) = relay.dialect() else {
        let link = hub.house().server(&server).map(|server| server.link);
        let reason = relay.down(link.as_ref());
        return error::answer(PATH, &Fault::ServerDown { reason });
    };
    match gather(&dialect, &session).await {
        Ok(Some((of, pages))) => answer(&session, pages.finish(&of)),
        Ok(None) | Err(CallFault::NotFound) => gone(),
        Err(CallFault::Down(reason)) => error::answer(PATH, &Fault::ServerDown { reason }),
        Err(fault @ (CallFault::Busy | CallFault::Unsupported | CallFault::Refused { .. })) => {
            let why = fault.to_string();
            error::answer(PATH, &Fault::Refused { why })
        }
    }
}

/// Reads from the end to the beginning, or as far as there is room.
async fn gather(
    dialect: &Arc<dyn Dialect>,
    session: &SessionId,
) -> Result<Option<(Session, Pages)>, CallFault> {
    let Some(of) = dialect.session(session).await? else {
        return Ok(None);
    };
    let mut pages = Pages::default();
    let mut before = None;
    loop {
        let page = dialect.messages(session, PAGE, before.as_ref()).await?;
        let entries: Vec<Entry> = page.entries;
        before = page.older;
        if !pages.put_before(&of, &entries) || before.is_none() {
            return Ok(Some((of, pages)));
        }
    }
}

fn gone() -> Response {
    let fault = Fault::NotFound {
        what: "This session".to_owned(),
    };
    error::answer(PATH, &fault)
}

fn answer(session: &SessionId, text: String) -> Response {
    // An id of our own check: letters, digits, `_` and `-`.
    let name = format!("attachment; filename=\"{session}.md\"");
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/markdown; charset=utf-8"),
        ),
        (header::CONTENT_DISPOSITION, name),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}
