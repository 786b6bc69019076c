//! Clicks in what an agent says. It is drawn from a text, without a handler for each button:
//! the conversation around it hears them all.

use leptos::ev::MouseEvent;

/// Does what a click in the text of a conversation means: copies or wraps a block of code,
/// or leads to a footnote and back.
pub fn prose_clicked(event: &MouseEvent) {
    #[cfg(feature = "hydrate")]
    present::clicked(event);
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}

#[cfg(feature = "hydrate")]
mod present {
    use std::time::Duration;

    use leptos::ev::MouseEvent;
    use leptos::prelude::set_timeout;
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

    use crate::browser::page::copy;
    use crate::components::TOLD_MS;

    /// What a mark and its footnote have in common.
    const NOTE: &str = "data-note";

    pub(super) fn clicked(event: &MouseEvent) {
        let Some(at) = event.target().and_then(|at| at.dyn_into::<Element>().ok()) else {
            return;
        };
        let near = |selector: &str| at.closest(selector).ok().flatten();
        if let (Some(button), Some(block)) = (near(".code header button"), near(".code")) {
            code_clicked(button, &block);
        } else if let Some(mark) = near(".note-mark") {
            go(&mark, ".footnote");
        } else if let Some(back) = near(".note-back") {
            go(&back, ".note-mark");
        }
    }

    /// Puts the code on the clipboard, where the browser lets us, and says so; or breaks its
    /// long lines, or no more.
    fn code_clicked(button: Element, block: &Element) {
        if button.class_list().contains("wraps") {
            let wraps = block.class_list().toggle("wrap").unwrap_or_default();
            let pressed = if wraps { "true" } else { "false" };
            let _ = button.set_attribute("aria-pressed", pressed);
            return;
        }
        let code = block.query_selector("code").ok().flatten();
        let text = code.and_then(|code| code.text_content());
        copy(&text.unwrap_or_default(), move |copied| {
            let (word, state) = if copied {
                ("Copied", "copied")
            } else {
                ("The browser did not let us copy", "refused")
            };
            tell(&button, word, state);
            set_timeout(
                move || tell(&button, "Copy code", ""),
                Duration::from_millis(TOLD_MS),
            );
        });
    }

    /// Says in the button what became of it, for ears and for eyes.
    fn tell(button: &Element, word: &str, state: &str) {
        for (name, value) in [("aria-label", word), ("title", word), ("data-told", state)] {
            let _ = button.set_attribute(name, value);
        }
    }

    /// Goes to the first of `selector` in the same text that has the same note. Labels are
    /// the model's words: they are compared, never made part of a selector.
    fn go(from: &Element, selector: &str) {
        let label = from.get_attribute(NOTE);
        let text = from.closest(".prose").ok().flatten();
        let Some(all) = text.and_then(|text| text.query_selector_all(selector).ok()) else {
            return;
        };
        let found = (0..all.length())
            .filter_map(|at| all.item(at)?.dyn_into::<HtmlElement>().ok())
            .find(|element| element.get_attribute(NOTE) == label);
        if let Some(element) = found {
            let _ = element.focus();
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }
}
