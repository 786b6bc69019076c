//! A block of code: its language, a copy button, and its colours.

use highlight::{Class, Span, colour};
use leptos::prelude::*;
use markdown::CodeBlock;

use crate::components::{Glyph, Icon};

/// A block of code.
#[component]
pub(super) fn Code(
    /// The code.
    code: CodeBlock,
) -> impl IntoView {
    let language = if code.language.is_empty() {
        "text".to_owned()
    } else {
        code.language
    };
    let label = format!("Code, {language}");
    let spans = colour(&language, &code.text);
    let painted = coloured(&code.text, &spans);
    view! {
        <div class="code">
            <header>
                <span class="grow clip">{language}</span>
                // The conversation hears it: what the server drew has no ears of its own.
                <button type="button" class="icon-button" aria-label="Copy code" title="Copy code">
                    <Glyph icon=Icon::Copy />
                </button>
            </header>
            // A region that scrolls must be reached by keyboard.
            <pre tabindex="0" role="group" aria-label=label>
                <code>{painted}</code>
            </pre>
        </div>
    }
    .into_any()
}

/// The text in its colours.
fn coloured(text: &str, spans: &[Span]) -> AnyView {
    let mut parts: Vec<AnyView> = Vec::new();
    let mut at = 0;
    for span in spans {
        let end = span.start + span.len;
        let (Some(before), Some(word)) = (text.get(at..span.start), text.get(span.start..end))
        else {
            continue;
        };
        if !before.is_empty() {
            parts.push(before.to_owned().into_any());
        }
        parts.push(view! { <span class=class_of(span.class)>{word.to_owned()}</span> }.into_any());
        at = end;
    }
    let rest = text.get(at..).unwrap_or_default();
    if !rest.is_empty() {
        parts.push(rest.to_owned().into_any());
    }
    parts.into_any()
}

const fn class_of(class: Class) -> &'static str {
    match class {
        Class::Word => "w",
        Class::Name => "n",
        Class::Text => "t",
        Class::Number => "d",
        Class::Note => "q",
    }
}
