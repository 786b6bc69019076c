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
mod present {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::Response;

    use crate::fault::Fault;

    pub(super) async fn fetch(address: &str) -> Result<String, Fault> {
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
            // Every layer that answers under `/api` encodes what went wrong.
            Err(serde_json::from_str(&text).unwrap_or(Fault::Unsure))
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
