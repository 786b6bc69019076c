//! Spans of text. Everything is a text node or an element of ours; nothing is HTML of a
//! model's.

use leptos::prelude::*;
use markdown::Inline;

use crate::components::{Glyph, GrowingText, Icon};

/// What a link may tell the page it leads to: nothing.
pub(super) const REL: &str = "noopener noreferrer nofollow";

/// Draws spans.
pub(super) fn inlines(spans: &[Inline]) -> AnyView {
    spans.iter().map(inline).collect_view().into_any()
}

fn inline(span: &Inline) -> AnyView {
    match span {
        Inline::Text(text) => GrowingText(text.clone()).into_any(),
        Inline::Break => view! { <br /> }.into_any(),
        Inline::Emphasis(inner) => view! { <em>{inlines(inner)}</em> }.into_any(),
        Inline::Strong(inner) => view! { <strong>{inlines(inner)}</strong> }.into_any(),
        Inline::Strike(inner) => view! { <s>{inlines(inner)}</s> }.into_any(),
        Inline::Code(code) => view! { <code>{code.clone()}</code> }.into_any(),
        Inline::Link { href, host, text } => link(href, host.as_deref(), text),
        Inline::Unlinked { text, target } => unlinked(text, target),
        Inline::Image { alt, target } => image(alt, target.as_ref()),
        Inline::FootnoteMark(label) => footnote_mark(label),
    }
}

fn link(href: &str, host: Option<&str>, text: &[Inline]) -> AnyView {
    view! {
        <a href=href.to_owned() target="_blank" rel=REL>
            {inlines(text)}
        </a>
        {host.map(|host| view! { <span class="host">{format!(" ({host})")}</span> })}
    }
    .into_any()
}

/// Leads to what the footnote says. The conversation hears the click: names of anchors would
/// have to be one in all messages.
fn footnote_mark(label: &str) -> AnyView {
    view! {
        <sup>
            <button
                type="button"
                class="note-mark"
                data-note=label.to_owned()
                aria-label=format!("Footnote {label}")
            >
                {format!("[{label}]")}
            </button>
        </sup>
    }
    .into_any()
}

/// A link that no browser should follow: what it said, and what it named.
fn unlinked(text: &[Inline], target: &str) -> AnyView {
    let said = matches!(text, [Inline::Text(only) | Inline::Code(only)] if only == target);
    view! {
        {inlines(text)}
        {(!said && !target.is_empty())
            .then(|| view! { <span class="target">{format!(" ({target})")}</span> })}
    }
    .into_any()
}

/// A picture is never fetched by itself: its address may carry a secret out.
fn image(alt: &str, target: Option<&markdown::Target>) -> AnyView {
    let name = if alt.is_empty() {
        "Picture".to_owned()
    } else {
        format!("Picture: {alt}")
    };
    match target {
        Some(target) => view! {
            <a class="picture" href=target.href.clone() target="_blank" rel=REL>
                <Glyph icon=Icon::Picture />
                <span>{format!("{name} (open at {})", target.host)}</span>
            </a>
        }
        .into_any(),
        None => view! {
            <span class="picture">
                <Glyph icon=Icon::Picture />
                <span>{name}</span>
            </span>
        }
        .into_any(),
    }
}
