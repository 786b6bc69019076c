//! The address: where it leads, and going elsewhere without loading.

use leptos::ev;
use leptos::prelude::window_event_listener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// The path of the address.
pub(crate) fn path() -> String {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok());
    path.unwrap_or_default()
}

/// Makes `to` the address, and begins at its top.
pub(crate) fn go(to: &str) {
    let Some(window) = web_sys::window() else {
        return;
    };
    if let Ok(history) = window.history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(to));
    }
    window.scroll_to_with_x_and_y(0.0, 0.0);
}

/// Calls `moved` with the path wherever a link, or the way back, leads within the program,
/// as long as the page lives.
pub(crate) fn follow(moved: impl Fn(String) + Clone + 'static) {
    let followed = moved.clone();
    let _ = window_event_listener(ev::click, move |event| {
        if let Some(link) = taken(&event) {
            event.prevent_default();
            let to = format!("{}{}{}", link.pathname(), link.search(), link.hash());
            if link.pathname() != path() {
                go(&to);
                followed(path());
            }
        }
    });
    let _ = window_event_listener(ev::popstate, move |_| moved(path()));
}

/// The link that a click follows, where it is the program's to follow.
fn taken(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let plain = event.button() == 0
        && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
    if !plain || event.default_prevented() {
        return None;
    }
    let at = event.target()?.dyn_into::<Element>().ok()?;
    let link = at.closest("a[href]").ok()??;
    let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
    let ours = web_sys::window()?.location().origin().ok()? == link.origin();
    let elsewhere = !matches!(link.target().as_str(), "" | "_self")
        || link.has_attribute("download")
        || link.rel().contains("external");
    // A place on this page is the browser's to find.
    let place = !link.hash().is_empty() && link.pathname() == path();
    (ours && !elsewhere && !place).then_some(link)
}
