//! The service worker: it keeps the program's files, and answers for pages while Nexus is
//! away.

use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Where the worker is.
const SCRIPT: &str = "/sw.js";

/// Registers the worker. There is none on plain http beyond loopback, and none in some
/// private windows; everything comes by the network then.
pub(crate) fn register() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let navigator = window.navigator();
    let has = js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker"));
    if has.is_ok_and(|has| has) {
        let registered = navigator.service_worker().register(SCRIPT);
        spawn_local(async move {
            // Where something stands between us and the browser, there may be none after all.
            let _ = JsFuture::from(registered).await;
        });
    }
}
