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
    #[cfg(feature = "hydrate")]
    {
        web_sys::window()
            .and_then(|window| window.match_media("(pointer: coarse)").ok().flatten())
            .is_some_and(|query| query.matches())
    }
    #[cfg(not(feature = "hydrate"))]
    false
}

/// Where a click was on the button of a block of code: puts the code on the clipboard, where
/// the browser lets us, and says so.
pub fn copy_code(event: &leptos::ev::MouseEvent) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let near = |selector: &str| {
            let at = event.target()?.dyn_into::<web_sys::Element>().ok()?;
            at.closest(selector).ok()?
        };
        let (Some(button), Some(block)) = (near(".code button"), near(".code")) else {
            return;
        };
        let code = block.query_selector("code").ok().flatten();
        let text = code.and_then(|code| code.text_content());
        // Pages without https have no clipboard.
        let clipboard = web_sys::window().map(|window| window.navigator().clipboard());
        if let (Some(text), Some(clipboard)) = (text, clipboard.filter(|it| !it.is_undefined())) {
            let _ = clipboard.write_text(&text);
        }
        for name in ["aria-label", "title"] {
            let _ = button.set_attribute(name, "Copied");
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
