//! The window and its document: what they say by themselves, and a few things done to them.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, Event, EventTarget, VisibilityState};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Calls `work` whenever the window says `event`, as long as the page lives.
pub(crate) fn on_window(event: &str, work: impl Fn() + 'static) {
    if let Some(window) = web_sys::window() {
        on(&window, event, work);
    }
}

/// Calls `work` whenever the page is shown or hidden, as long as it lives.
pub(crate) fn on_visibility(work: impl Fn() + 'static) {
    if let Some(document) = document() {
        on(&document, "visibilitychange", work);
    }
}

fn on(target: &EventTarget, event: &str, work: impl Fn() + 'static) {
    let work = Closure::<dyn Fn()>::new(work);
    let added = target.add_event_listener_with_callback(event, work.as_ref().unchecked_ref());
    if added.is_ok() {
        // It lives as long as the page.
        work.forget();
    }
}

/// Tells in full, as the browser's own note, what is cut off under the pointer, as long as
/// the page lives. Only here it is known what is cut off.
pub(crate) fn tell_what_is_cut() {
    let tell = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let at = event.target().and_then(|at| at.dyn_into::<Element>().ok());
        let cut = at.and_then(|at| at.closest(".clip").ok().flatten());
        let Some(cut) = cut else {
            return;
        };
        let _ = if cut.scroll_width() > cut.client_width() {
            cut.set_attribute("title", &cut.text_content().unwrap_or_default())
        } else {
            cut.remove_attribute("title")
        };
    });
    if let Some(window) = web_sys::window() {
        let listener = tell.as_ref().unchecked_ref();
        if window
            .add_event_listener_with_callback("mouseover", listener)
            .is_ok()
        {
            // It lives as long as the page.
            tell.forget();
        }
    }
}

/// Whether the page can be seen.
pub(crate) fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Whether the browser says that it has no network.
pub(crate) fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

/// Whether the page came by HTTP/1.1, over which a browser grants an origin six connections
/// for all its pages together.
pub(crate) fn has_few_connections() -> bool {
    let hop = || {
        let navigations = web_sys::window()?
            .performance()?
            .get_entries_by_type("navigation");
        js_sys::Reflect::get(&navigations.get(0), &"nextHopProtocol".into())
            .ok()?
            .as_string()
    };
    // While the page is still arriving some browsers do not say.
    hop().is_none_or(|hop| hop.is_empty() || hop.starts_with("http/1"))
}

/// What is drawn in.
pub(crate) fn body() -> Option<web_sys::Element> {
    document()?.body().map(web_sys::Element::from)
}

/// Takes away what is drawn.
pub(crate) fn clear_body() {
    if let Some(body) = body() {
        body.set_text_content(None);
    }
}

/// The text of the element with this id.
pub(crate) fn text_of(id: &str) -> Option<String> {
    document()?.get_element_by_id(id)?.text_content()
}

/// Says on the document that the program is at work: `<html data-live>`.
pub(crate) fn mark_live() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-live", "");
    }
}

/// Loads the page anew.
pub(crate) fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
