//! Small things asked of the page: what is in the address, what sort of pointer there is,
//! the clipboard, the focus, the scheme.

/// The value of `name=` in the address behind `#`, which no server ever sees; it is taken
/// out of the address.
pub fn take_fragment(name: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        let window = web_sys::window()?;
        let location = window.location();
        let hash = location.hash().ok()?;
        let value = hash
            .trim_start_matches('#')
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?
            .to_owned();
        let path = location.pathname().ok()?;
        if let Ok(history) = window.history() {
            let _ = history.replace_state_with_url(
                &leptos::wasm_bindgen::JsValue::NULL,
                "",
                Some(&path),
            );
        }
        Some(value)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = name;
        None
    }
}

/// Whether a disclosure is open.
pub fn is_open(element: leptos::prelude::NodeRef<leptos::html::Details>) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::Get;
        element
            .get()
            .is_some_and(|details| details.has_attribute("open"))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = element;
        false
    }
}

/// Whether fingers are what this device is used with: then Enter is a new line.
pub fn is_touch() -> bool {
    matches_media("(pointer: coarse)")
}

/// Whether the sessions are in a drawer, as `frame.css` has it.
pub fn has_drawer() -> bool {
    matches_media("(max-width: 720px)")
}

/// Whether the window has room for a pane beside the conversation.
pub fn is_wide() -> bool {
    matches_media("(min-width: 1280px)")
}

/// Whether a media query holds; nowhere but in a browser.
fn matches_media(query: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        web_sys::window()
            .and_then(|window| window.match_media(query).ok().flatten())
            .is_some_and(|list| list.matches())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = query;
        false
    }
}

/// Puts `text` on the clipboard and tells whether the browser let us.
pub fn copy(text: &str, told: impl FnOnce(bool) + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let text = text.to_owned();
        leptos::task::spawn_local(async move { told(super::text::copy(&text).await) });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (text, told);
}

/// Scrolls the list around the element with this id until it can be seen.
pub fn reveal(id: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(element) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id))
    {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Notes where the button stands that was pressed, for what hangs at it: the style sheet
/// has it as `--at-x` (its right edge) and `--at-y` (its lower edge).
pub fn hang(event: &leptos::ev::MouseEvent) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let button = event
            .current_target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let root = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.document_element())
            .and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
        if let (Some(button), Some(root)) = (button, root) {
            let at = button.get_bounding_client_rect();
            #[expect(clippy::cast_possible_truncation, reason = "places on a screen")]
            for (name, place) in [("--at-x", at.right()), ("--at-y", at.bottom())] {
                // By the object model: the policy refuses style attributes.
                let _ = root
                    .style()
                    .set_property(name, &format!("{}px", place.round() as i32));
            }
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let element = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.get_element_by_id(id))
            .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(element) = element {
            let _ = element.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Moves the focus to the element with this id, where nothing has it: what had it is gone or
/// was disabled.
pub fn focus_if_lost(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        let document = web_sys::window().and_then(|window| window.document());
        let lost = document.is_some_and(|document| {
            let focused = document.active_element();
            focused.is_none_or(|element| element.tag_name() == "BODY")
        });
        if lost {
            focus(id);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Whether a key was pressed for the page as a whole: not while something is written, and
/// not within a dialog.
pub fn is_for_page(event: &leptos::ev::KeyboardEvent) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        const ELSEWHERE: &str =
            "textarea,select,dialog,[contenteditable],input:not([type=radio],[type=checkbox])";
        let element = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        element.is_none_or(|element| !matches!(element.closest(ELSEWHERE), Ok(Some(_))))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}
