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
