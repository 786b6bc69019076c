//! `GET /api/bulk/…`: the whole of a long text of which only the ends travelled, or the
//! bytes of an attachment. It comes from the workspace or a model, so it is only ever
//! downloaded, never shown as a page.

use app::fault::Fault;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::bulk::{BulkField, BulkId};
use domain::id::{MessageId, PartId, ServerId, SessionId};
use opencode::{BulkBody, CallFault};

use super::error;
use crate::relay::hub::Hub;

const PATH: &str = "/api/bulk/{server}/{session}/{message}/{part}/{field}";
/// Pictures that are shown where an `img` asks for them; everything else is bytes.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// The route of long texts and attachments.
pub fn routes(hub: Hub) -> Router {
    Router::new().route(PATH, get(read)).with_state(hub)
}

type Segments = (String, String, String, String, String);

async fn read(State(hub): State<Hub>, Path(segments): Path<Segments>) -> Response {
    let Some((server, bulk)) = parse(&segments) else {
        return gone();
    };
    let Some(relay) = hub.relay(&server) else {
        return gone();
    };
    let Some(dialect) = relay.dialect() else {
        let link = hub.house().server(&server).map(|server| server.link);
        let fault = Fault::ServerDown {
            reason: relay.down(link.as_ref()),
        };
        return error::answer(PATH, &fault);
    };
    match dialect.bulk(&bulk).await {
        Ok(Some(body)) => answer(body),
        Ok(None) | Err(CallFault::NotFound) => gone(),
        Err(CallFault::Down(reason)) => error::answer(PATH, &Fault::ServerDown { reason }),
        Err(fault @ (CallFault::Busy | CallFault::Unsupported | CallFault::Refused { .. })) => {
            let why = fault.to_string();
            error::answer(PATH, &Fault::Refused { why })
        }
    }
}

fn parse((server, session, message, part, field): &Segments) -> Option<(ServerId, BulkId)> {
    let field = match field.as_str() {
        "output" => BulkField::Output,
        "input" => BulkField::Input,
        "raw" => BulkField::Raw,
        "file" => BulkField::File,
        // `diff-2` is what was done to the third file.
        other => BulkField::Diff(other.strip_prefix("diff-")?.parse().ok()?),
    };
    let bulk = BulkId {
        session: SessionId::parse(session).ok()?,
        message: MessageId::parse(message).ok()?,
        part: PartId::parse(part).ok()?,
        field,
    };
    Some((ServerId::parse(server).ok()?, bulk))
}

fn gone() -> Response {
    let fault = Fault::NotFound {
        what: "This text".to_owned(),
    };
    error::answer(PATH, &fault)
}

fn answer(body: BulkBody) -> Response {
    let (kind, bytes) = match body {
        BulkBody::Text(text) => ("text/plain; charset=utf-8", text.into()),
        BulkBody::Bytes { mime, bytes, .. } => {
            let picture = PICTURES.into_iter().find(|picture| *picture == mime);
            (picture.unwrap_or("application/octet-stream"), bytes)
        }
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_no_place_of_a_text_leads_nowhere() {
        let of = |parts: [&str; 5]| {
            let [server, session, message, part, field] = parts.map(str::to_owned);
            parse(&(server, session, message, part, field))
        };
        assert!(of(["srv", "ses_1", "msg_1", "prt_1", "output"]).is_some());
        assert!(of(["srv", "ses_1", "msg_1", "prt_1", "diff-2"]).is_some());
        assert!(of(["srv", "ses_1", "msg_1", "prt_1", "diff-x"]).is_none());
        assert!(of(["srv", "ses_1", "msg_1", "prt_1", "other"]).is_none());
        assert!(of(["srv", "../ses", "msg_1", "prt_1", "output"]).is_none());
    }
}
