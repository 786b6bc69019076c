//! One line that opens. What is inside is made when it is opened, so that a page of a
//! hundred closed ones costs nothing.

use leptos::html;
use leptos::prelude::*;

use crate::browser::page::is_open;

/// A line that opens.
#[component]
pub fn Disclosure(
    /// Classes beside `disclosure`.
    class: &'static str,
    /// The line.
    summary: AnyView,
    /// The line's classes.
    #[prop(default = "line")]
    summary_class: &'static str,
    /// What is inside.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Details>::new();
    let opened = RwSignal::new(false);
    // It may have been opened before the program came.
    Effect::new(move |_| {
        if is_open(element) {
            opened.set(true);
        }
    });
    let children = StoredValue::new(children);
    view! {
        <details
            class=format!("disclosure {class}")
            node_ref=element
            on:toggle=move |_| opened.set(is_open(element))
        >
            <summary class=summary_class>{summary}</summary>
            {move || opened.get().then(|| children.with_value(|children| children()))}
        </details>
    }
    .into_any()
}
