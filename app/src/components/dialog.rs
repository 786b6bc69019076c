//! A dialog of the browser's own: it keeps the focus inside, closes on Escape and gives the
//! focus back.

use leptos::html;
use leptos::prelude::*;

use super::button::IconButton;
use super::icon::Icon;
use crate::browser::dialog::{settle_soon, show};

/// A dialog that is open while `open` says so. What it holds is made when it opens.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its name, also its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        show(element, open.get());
        if open.get_untracked() {
            settle_soon();
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog
            class="dialog"
            node_ref=element
            aria-label=move || title.get()
            on:close=move |_| open.set(false)
            on:click=move |event| {
                if crate::browser::dialog::is_backdrop(&event) {
                    open.set(false);
                }
            }
        >
            <header>
                <h2 class="clip">{move || title.get()}</h2>
                <IconButton icon=Icon::Close name="Close" on:click=move |_| open.set(false) />
            </header>
            <div class="body">
                {move || open.get().then(|| children.with_value(|children| children()))}
            </div>
        </dialog>
    }
    .into_any()
}
