//! Nothing here yet.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The product's mark.
#[component]
pub fn Mark(
    /// Whether it stands alone on a page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    view! {
        <span class=if large { "mark large" } else { "mark" }>
            <Glyph icon=Icon::Mark />
        </span>
    }
    .into_any()
}

/// A place without anything, and what can be done about it.
#[component]
pub fn Empty(
    /// What there is not.
    #[prop(into)]
    title: String,
    /// One sentence; what stands between backticks is code.
    #[prop(into)]
    words: String,
    /// What can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Mark large=true />
            <h2>{title}</h2>
            <p>{parts(words)}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// Words and code in turn, as backticks part them.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a component is given what is its own"
)]
fn parts(words: String) -> Vec<AnyView> {
    let part = |(at, part): (usize, &str)| {
        let part = part.to_owned();
        if at % 2 == 0 {
            part.into_any()
        } else {
            view! { <code>{part}</code> }.into_any()
        }
    };
    words.split('`').enumerate().map(part).collect()
}
