//! A block of code: its language, a copy button, and colours that the server found.

use domain::part::{CodeStyle, StyleClass, StyleSpan};
use leptos::prelude::*;
use markdown::CodeBlock;

use crate::browser::page::copy;
use crate::components::{Icon, IconButton};

/// A block of code.
#[component]
pub(super) fn Code(
    /// The code.
    code: CodeBlock,
    /// The colours of all code of the text.
    styles: Memo<Vec<CodeStyle>>,
) -> impl IntoView {
    let ordinal = code.ordinal;
    let language = if code.language.is_empty() {
        "text".to_owned()
    } else {
        code.language
    };
    let label = format!("Code, {language}");
    let text = StoredValue::new(code.text);
    let spans = Memo::new(move |_| {
        styles.with(|styles| {
            styles
                .iter()
                .find(|style| style.block == ordinal)
                .map(|style| style.spans.clone())
                .unwrap_or_default()
        })
    });
    let copied = RwSignal::new(false);
    let name = Signal::derive(move || {
        if copied.get() { "Copied" } else { "Copy code" }.to_owned()
    });
    view! {
        <div class="code">
            <header>
                <span class="grow clip">{language}</span>
                <IconButton
                    icon=Icon::Copy
                    name
                    on:click=move |_| {
                        text.with_value(|text| copy(text));
                        copied.set(true);
                    }
                />
            </header>
            // A region that scrolls must be reached by keyboard.
            <pre tabindex="0" role="region" aria-label=label>
                <code>{move || text.with_value(|text| coloured(text, &spans.get()))}</code>
            </pre>
        </div>
    }
}

/// The text in its colours. Ranges that do not fit are passed over: they belong to a text
/// that is no longer this one.
fn coloured(text: &str, spans: &[StyleSpan]) -> AnyView {
    let mut parts: Vec<AnyView> = Vec::new();
    let mut at = 0;
    for StyleSpan(start, len, class) in spans {
        let (start, end) = (*start as usize, (*start as usize).saturating_add(*len as usize));
        let (Some(before), Some(word)) = (text.get(at..start), text.get(start..end)) else {
            continue;
        };
        if !before.is_empty() {
            parts.push(before.to_owned().into_any());
        }
        parts.push(view! { <span class=class_of(*class)>{word.to_owned()}</span> }.into_any());
        at = end;
    }
    let rest = text.get(at..).unwrap_or_default();
    if !rest.is_empty() {
        parts.push(rest.to_owned().into_any());
    }
    parts.into_any()
}

const fn class_of(class: StyleClass) -> &'static str {
    match class {
        StyleClass::Word => "w",
        StyleClass::Name => "n",
        StyleClass::Text => "t",
        StyleClass::Number => "d",
        StyleClass::Note => "q",
    }
}
