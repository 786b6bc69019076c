//! Texts that are fetched when they are wanted.

use crate::fault::Fault;

/// What stands at `address`, our own.
pub async fn fetch(address: &str) -> Result<String, Fault> {
    #[cfg(feature = "hydrate")]
    {
        present::fetch(address).await
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = address;
        Err(Fault::Unsure)
    }
}

/// Puts `text` on the clipboard; the answer is whether the browser let us.
pub async fn copy(text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        present::copy(text).await
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = text;
        false
    }
}

#[cfg(feature = "hydrate")]
pub(crate) use present::{post, send};

#[cfg(feature = "hydrate")]
mod present {
    use std::pin::Pin;

    use send_wrapper::SendWrapper;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Headers, RequestInit, Response};

    use crate::fault::Fault;

    /// What is answered, once it is. There is one thread; who asks need not know.
    pub(crate) type Answer = SendWrapper<Pin<Box<dyn Future<Output = Result<String, Fault>>>>>;

    /// Posts JSON to `path`, our own.
    pub(crate) fn post(path: &str, body: &str) -> Answer {
        let json = "application/json";
        let headers = [("content-type", json), ("accept", json)];
        send(path, &JsValue::from_str(body), &headers)
    }

    /// Posts anything to `path`, our own.
    pub(crate) fn send(path: &str, body: &JsValue, headers: &[(&str, &str)]) -> Answer {
        let asked = begin(path, body, headers);
        SendWrapper::new(Box::pin(async move { answer(asked.ok()).await }))
    }

    fn begin(
        path: &str,
        body: &JsValue,
        named: &[(&str, &str)],
    ) -> Result<js_sys::Promise, JsValue> {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_body(body);
        let headers = Headers::new()?;
        for (name, value) in named {
            headers.set(name, value)?;
        }
        init.set_headers(&headers);
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        Ok(window.fetch_with_str_and_init(path, &init))
    }

    pub(super) async fn fetch(address: &str) -> Result<String, Fault> {
        answer(web_sys::window().map(|window| window.fetch_with_str(address))).await
    }

    async fn answer(asked: Option<js_sys::Promise>) -> Result<String, Fault> {
        let response: Response = JsFuture::from(asked.ok_or(Fault::Unsure)?)
            .await
            .map_err(|_| Fault::Unsure)?
            .unchecked_into();
        let body = response.text().map_err(|_| Fault::Unsure)?;
        let text = JsFuture::from(body).await.map_err(|_| Fault::Unsure)?;
        let text = text.as_string().unwrap_or_default();
        if response.ok() {
            Ok(text)
        } else {
            // Every layer that answers under `/api` encodes what went wrong.
            Err(crate::json::read(&text).unwrap_or(Fault::Unsure))
        }
    }

    pub(super) async fn copy(text: &str) -> bool {
        let Some(window) = web_sys::window() else {
            return false;
        };
        // Pages without https have none.
        let clipboard = window.navigator().clipboard();
        !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
    }
}
