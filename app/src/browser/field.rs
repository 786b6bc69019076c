//! Fields whose words the program shares with the page.
//!
//! A field is there before the program: what was typed or filled in by then is adopted,
//! never overwritten. So draw the field with `node_ref` and neither `prop:value` nor
//! `bind:value`, and bind it with one of these; the binding also listens for typing.

use leptos::html;
use leptos::prelude::{ArcRwSignal, NodeRef};

/// Binds a one-line field to `value`, both ways.
pub fn bind_input(field: NodeRef<html::Input>, value: ArcRwSignal<String>) {
    #[cfg(feature = "hydrate")]
    present::bind(
        move || leptos::prelude::Get::get(&field),
        web_sys::HtmlInputElement::value,
        web_sys::HtmlInputElement::set_value,
        value,
    );
    #[cfg(not(feature = "hydrate"))]
    let _ = (field, value);
}

/// Binds a field of several lines to `value`, both ways.
pub fn bind_textarea(field: NodeRef<html::Textarea>, value: ArcRwSignal<String>) {
    #[cfg(feature = "hydrate")]
    present::bind(
        move || leptos::prelude::Get::get(&field),
        web_sys::HtmlTextAreaElement::value,
        web_sys::HtmlTextAreaElement::set_value,
        value,
    );
    #[cfg(not(feature = "hydrate"))]
    let _ = (field, value);
}

/// Moves the focus to a one-line field.
pub fn go_to(field: NodeRef<html::Input>) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        if let Some(field) = field.try_get_untracked().flatten() {
            // Where it is not drawn nothing happens.
            let _ = field.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = field;
}

/// Where the caret stands in a field of several lines, in bytes; none while something is
/// selected.
pub fn caret(field: NodeRef<html::Textarea>) -> Option<usize> {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        let field = field.get_untracked()?;
        let (start, end) = (field.selection_start().ok()??, field.selection_end().ok()??);
        (start == end).then(|| bytes_of(&field.value(), start as usize))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = field;
        None
    }
}

/// Writes `text` into a field of several lines, with the caret at `caret`, in bytes.
pub fn put(field: NodeRef<html::Textarea>, text: &str, caret: usize) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        if let Some(field) = field.get_untracked() {
            field.set_value(text);
            let units = text.get(..caret).unwrap_or(text).encode_utf16().count();
            let at = u32::try_from(units).unwrap_or(u32::MAX);
            let _ = field.set_selection_range(at, at);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (field, text, caret);
}

/// Where `units` units of UTF-16, in which browsers count, end in `text`: in bytes.
#[cfg(any(feature = "hydrate", test))]
fn bytes_of(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, letter) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += letter.len_utf16();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::bytes_of;

    #[test]
    fn a_browsers_caret_is_found_in_bytes() {
        assert_eq!(bytes_of("aé🚀b", 0), 0);
        assert_eq!(bytes_of("aé🚀b", 2), 3);
        assert_eq!(bytes_of("aé🚀b", 4), 7);
        assert_eq!(bytes_of("aé🚀b", 99), 8);
    }
}

#[cfg(feature = "hydrate")]
mod present {
    use leptos::prelude::{ArcRwSignal, Effect, Get, ReadUntracked, Set};
    use leptos::wasm_bindgen::JsCast;
    use leptos::wasm_bindgen::closure::Closure;
    use leptos::web_sys::EventTarget;

    /// Held as long as the effect: when the page's part goes, the field goes with it.
    type Listener = Closure<dyn Fn()>;

    pub(super) fn bind<E: JsCast + Clone + 'static>(
        field: impl Fn() -> Option<E> + 'static,
        read: impl Fn(&E) -> String + Copy + 'static,
        write: impl Fn(&E, &str) + 'static,
        value: ArcRwSignal<String>,
    ) {
        Effect::new(move |held: Option<Option<Listener>>| {
            let element = field()?;
            let wanted = value.get();
            let present = read(&element);
            if let Some(listener) = held.flatten() {
                if present != wanted {
                    write(&element, &wanted);
                }
                return Some(listener);
            }
            // The first time, what stands in the field wins, unless nothing does.
            if present.is_empty() {
                write(&element, &wanted);
            } else if present != wanted {
                value.set(present);
            }
            Some(listen(&element, read, value.clone()))
        });
    }

    fn listen<E: JsCast + Clone + 'static>(
        element: &E,
        read: impl Fn(&E) -> String + 'static,
        value: ArcRwSignal<String>,
    ) -> Listener {
        let typed = element.clone();
        let on_input = Closure::<dyn Fn()>::new(move || {
            let present = read(&typed);
            if *value.read_untracked() != present {
                value.set(present);
            }
        });
        let target: &EventTarget = element.unchecked_ref();
        // `change` too: some browsers fill fields in without an `input`.
        for name in ["input", "change"] {
            let _ =
                target.add_event_listener_with_callback(name, on_input.as_ref().unchecked_ref());
        }
        on_input
    }
}
