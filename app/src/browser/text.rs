//! A text from an address of our own: what was too long to come by itself.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::fault::Fault;

/// The text at `address`.
pub(crate) async fn fetch(address: &str) -> Result<String, Fault> {
    let window = web_sys::window().ok_or(Fault::Unsure)?;
    let response: Response = JsFuture::from(window.fetch_with_str(address))
        .await
        .map_err(|_| Fault::Unsure)?
        .unchecked_into();
    let body = response.text().map_err(|_| Fault::Unsure)?;
    let text = JsFuture::from(body).await.map_err(|_| Fault::Unsure)?;
    let text = text.as_string().unwrap_or_default();
    if response.ok() {
        Ok(text)
    } else {
        // What refuses under `/api` says why in words of ours.
        Err(serde_json::from_str(&text).unwrap_or(Fault::Unsure))
    }
}
