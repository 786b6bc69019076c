//! Where the reader is in a list that hangs at its end (`flex-direction: column-reverse`):
//! its place is 0 at the end and negative above.

use leptos::html;
use leptos::prelude::NodeRef;

/// How far above the end one still counts as being there, in CSS pixels: less than two lines.
#[cfg(feature = "hydrate")]
const NEAR_PX: i32 = 48;

/// Whether the reader is at the end.
pub fn is_at_end(scroller: NodeRef<html::Div>) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        scroller
            .get_untracked()
            .is_none_or(|element| -element.scroll_top() <= NEAR_PX)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = scroller;
        true
    }
}

/// Whether the reader is at the foot of a box that scrolls as usual.
pub fn is_at_foot(scroller: NodeRef<html::Div>) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        scroller.get_untracked().is_none_or(|element| {
            element.scroll_height() - element.client_height() - element.scroll_top() <= NEAR_PX
        })
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = scroller;
        true
    }
}

/// Goes to the foot of a box that scrolls as usual.
pub fn to_foot(scroller: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        if let Some(element) = scroller.get_untracked() {
            element.set_scroll_top(element.scroll_height());
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = scroller;
}

/// Goes to the end.
pub fn to_end(scroller: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        if let Some(element) = scroller.get_untracked() {
            element.set_scroll_top(0);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = scroller;
}
