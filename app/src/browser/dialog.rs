//! The browser's own dialogs.

use leptos::ev::MouseEvent;
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
