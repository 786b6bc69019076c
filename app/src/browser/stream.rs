//! A POST whose answer is read as it comes.

use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Headers, ReadableStreamDefaultReader, RequestCache,
    RequestCredentials, RequestInit, Response,
};

/// What a stream says.
#[derive(Debug)]
pub(crate) enum Said {
    /// Bytes.
    Bytes(Vec<u8>),
    /// That it is over; always the last.
    Over(Over),
}

/// How a stream came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// Nobody answered.
    NoAnswer,
    /// Nobody is signed in.
    SignedOut,
    /// Something else than an event stream answered.
    Refused,
    /// It broke.
    Broken,
    /// It ended as it should.
    Ended,
}

/// An open stream; dropped, it is let go of.
#[derive(Debug)]
pub(crate) struct Stream(Option<AbortController>);

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Posts `body` to `path` and tells what comes. What is said after the stream was dropped
/// is the listener's to ignore.
pub(crate) fn open(path: &'static str, body: String, said: impl Fn(Said) + 'static) -> Stream {
    let controller = AbortController::new().ok();
    let signal = controller.as_ref().map(AbortController::signal);
    spawn_local(async move {
        let over = match request(path, &body, signal.as_ref()).await {
            Ok(reader) => read(&reader, &said).await,
            Err(over) => over,
        };
        said(Said::Over(over));
    });
    Stream(controller)
}

async fn request(
    path: &str,
    body: &str,
    signal: Option<&AbortSignal>,
) -> Result<ReadableStreamDefaultReader, Over> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(body));
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_signal(signal);
    let headers = Headers::new().map_err(|_| Over::Refused)?;
    for (name, value) in [
        ("content-type", "application/json"),
        ("accept", "text/event-stream"),
    ] {
        headers.set(name, value).map_err(|_| Over::Refused)?;
    }
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(Over::Refused)?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(path, &init))
        .await
        .map_err(|_| Over::NoAnswer)?
        .unchecked_into();
    if response.status() == 401 {
        return Err(Over::SignedOut);
    }
    let is_stream = response
        .headers()
        .get("content-type")
        .ok()
        .flatten()
        .is_some_and(|kind| kind.starts_with("text/event-stream"));
    if !response.ok() || !is_stream {
        return Err(Over::Refused);
    }
    let body = response.body().ok_or(Over::Refused)?;
    Ok(body.get_reader().unchecked_into())
}

async fn read(reader: &ReadableStreamDefaultReader, said: &impl Fn(Said)) -> Over {
    loop {
        let Ok(step) = JsFuture::from(reader.read()).await else {
            return Over::Broken;
        };
        let field = |name: &str| js_sys::Reflect::get(&step, &JsValue::from_str(name));
        if field("done").is_ok_and(|done| done.is_truthy()) {
            return Over::Ended;
        }
        let Ok(value) = field("value") else {
            return Over::Broken;
        };
        said(Said::Bytes(
            value.unchecked_into::<js_sys::Uint8Array>().to_vec(),
        ));
    }
}
