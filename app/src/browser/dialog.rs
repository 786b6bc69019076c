//! The browser's own dialogs.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::NodeRef;

/// Opens or closes a dialog; while it is open the rest of the page is out of reach.
pub fn show(dialog: NodeRef<html::Dialog>, open: bool) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::Get;
        let Some(dialog) = dialog.get() else {
            return;
        };
        if open && !dialog.open() {
            // Fails only for a dialog that is not in the page: then there is none to open.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (dialog, open);
}

/// Moves the focus into the dialog that is open, once what it holds is drawn: a dialog is
/// opened before, and what it holds may be exchanged. What has the focus in it keeps it.
pub fn settle_soon() {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(|| {
        present::settle();
    });
}

#[cfg(feature = "hydrate")]
mod present {
    use leptos::wasm_bindgen::JsCast;

    use crate::browser::page::is_touch;

    /// What the focus goes to, the best first. A field brings up the keyboard of a phone, so
    /// there it must have been asked for.
    const WANTED: &[&str] = &[
        "dialog[open] > .body [autofocus]:not(:disabled)",
        "dialog[open] > .body :is(input, textarea):not(:disabled, [type=file])",
        "dialog[open] > .body :is(button, a):not(:disabled)",
    ];
    const WANTED_BY_TOUCH: &[&str] = &[
        "dialog[open] > .body [autofocus]:not(:disabled)",
        "dialog[open] > .body :is(button, a):not(:disabled)",
    ];

    pub(super) fn settle() -> Option<()> {
        let document = web_sys::window()?.document()?;
        let body = document.query_selector("dialog[open] > .body").ok()??;
        let focused = document.active_element();
        if focused.is_some_and(|focused| body.contains(Some(&focused))) {
            return None;
        }
        let wanted = if is_touch() { WANTED_BY_TOUCH } else { WANTED };
        let mut found = wanted
            .iter()
            .filter_map(|wanted| document.query_selector(wanted).ok().flatten());
        let next = found.next()?;
        next.dyn_into::<web_sys::HtmlElement>().ok()?.focus().ok()
    }
}

/// Whether a click went beside the dialog's content, on what lies behind it.
pub fn is_backdrop(event: &MouseEvent) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let Some(element) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok())
        else {
            return false;
        };
        let at = element.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        x < at.left() || x > at.right() || y < at.top() || y > at.bottom()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}

/// Moves the focus with the arrow keys among the elements that `wanted` selects in the list
/// that heard the key.
pub fn step(event: &KeyboardEvent, wanted: &str) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let forward = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return,
        };
        let list = event
            .current_target()
            .and_then(|list| list.dyn_into::<web_sys::Element>().ok());
        let here = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let Some(all) = list.and_then(|list| list.query_selector_all(wanted).ok()) else {
            return;
        };
        let count = all.length();
        let at = (0..count).find(|n| all.get(*n) == here);
        let to = match at {
            Some(at) if forward => at + 1,
            Some(at) => at.wrapping_sub(1),
            None => 0,
        };
        if let Some(next) = all
            .get(to)
            .and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok())
        {
            event.prevent_default();
            let _ = next.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (event, wanted);
}
