//! An answer, read whole within a limit, and judged: by content type first (a web page with
//! status 200 is OpenCode's way of saying that it does not know the route), then by status.

use bytes::{Bytes, BytesMut};
use domain::house::ServerFault;
use reqwest::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;

use super::fault_of;
use crate::fault::CallFault;
use crate::translate::failure::one_line;
use crate::wire::refusal::Refusal;
use crate::wire::text;

/// The largest answer that is read, in bytes: one message with a large attachment has been
/// seen at 48 MB.
pub(crate) const ANSWER_MAX_BYTES: usize = 64 * 1024 * 1024;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    media: Media,
    basic: bool,
    next: Option<String>,
    /// Whether there was more of it than is read.
    cut: bool,
    body: Bytes,
}

/// What an answer says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Media {
    Json,
    Html,
    Other,
}

impl Media {
    fn of(name: &str) -> Self {
        if name.starts_with("application/json") {
            Self::Json
        } else if name.starts_with("text/html") {
            Self::Html
        } else {
            Self::Other
        }
    }
}

/// The JSON of an answer and where the next page is.
#[derive(Debug)]
pub(crate) struct Page<T> {
    /// The JSON.
    pub(crate) body: T,
    /// The server's cursor to what comes next, where there is more.
    pub(crate) next: Option<String>,
}

impl Answer {
    pub(super) async fn read(mut response: Response) -> Result<Self, ServerFault> {
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let media = header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let basic = header(WWW_AUTHENTICATE.as_str())
            .is_some_and(|it| it.to_ascii_lowercase().starts_with("basic"));
        let next = header("x-next-cursor").filter(|cursor| !cursor.is_empty());
        let status = response.status();
        let mut cut = false;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| fault_of(&error))? {
            if body.len() + chunk.len() > ANSWER_MAX_BYTES {
                tracing::warn!(limit.bytes = ANSWER_MAX_BYTES, "an answer is too long");
                cut = true;
                body.clear();
                break;
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self {
            status,
            media: Media::of(&media),
            basic,
            next,
            cut,
            body: body.freeze(),
        })
    }

    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether a web page was answered.
    pub(crate) fn is_html(&self) -> bool {
        self.media == Media::Html
    }

    /// Whether there is no body at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty() && !self.cut
    }

    /// Whether the server asks for a password in the way OpenCode does.
    pub(crate) fn wants_password(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED && self.basic
    }

    /// The body as JSON, where it is JSON by its own word and in truth.
    pub(crate) fn as_json<T: DeserializeOwned>(&self) -> Option<T> {
        if self.media != Media::Json {
            return None;
        }
        let body = std::str::from_utf8(&self.body).ok()?;
        text::read(body).ok()
    }

    /// The answer of a call that did what it was meant to do; a fault of any other.
    pub(crate) fn success(self) -> Result<Self, CallFault> {
        let status = self.status;
        if status == StatusCode::UNAUTHORIZED {
            return Err(ServerFault::Unauthorized.into());
        }
        if self.cut {
            // The server is well; what was asked for is too much at once.
            return Err(CallFault::Refused {
                status: status.as_u16(),
                why: "the answer is too long".to_owned(),
            });
        }
        if status.is_success() {
            // No body at all is a success too (204).
            return if self.is_html() {
                Err(ServerFault::NotOpenCode.into())
            } else {
                Ok(self)
            };
        }
        let refusal: Refusal = self.as_json().unwrap_or_default();
        if status == StatusCode::NOT_FOUND && self.media == Media::Json {
            return Err(CallFault::NotFound);
        }
        if status == StatusCode::CONFLICT && refusal.is_busy() {
            return Err(CallFault::Busy);
        }
        let why = refusal
            .message()
            .map(one_line)
            .filter(|why| !why.is_empty());
        match why {
            Some(why) => Err(CallFault::Refused {
                status: status.as_u16(),
                why,
            }),
            // Not OpenCode's own words: a proxy in between, or a server that breaks down.
            None if self.media == Media::Json => Err(CallFault::Refused {
                status: status.as_u16(),
                why: "no reason given".to_owned(),
            }),
            None => Err(ServerFault::Failed {
                status: status.as_u16(),
            }
            .into()),
        }
    }

    /// The JSON of a success.
    pub(super) fn page<T: DeserializeOwned>(self) -> Result<Page<T>, CallFault> {
        if self.media != Media::Json {
            return Err(ServerFault::NotOpenCode.into());
        }
        let Ok(json) = std::str::from_utf8(&self.body) else {
            tracing::warn!("an answer is no text");
            return Err(ServerFault::Garbled.into());
        };
        match text::read(json) {
            Ok(body) => Ok(Page {
                body,
                next: self.next,
            }),
            Err(error) => {
                // The error names the place, never the value.
                tracing::warn!(
                    line = error.line(),
                    column = error.column(),
                    "an answer is garbled"
                );
                Err(ServerFault::Garbled.into())
            }
        }
    }
}
