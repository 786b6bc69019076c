//! A block of code: its language, its colours, and buttons to copy it and to break its lines.

use std::fmt::Write as _;

use leptos::prelude::*;
use markdown::CodeBlock;

use super::bar::Bar;
use super::painted::{of_code, painted};

/// A block of code. While it grows it stays the same element, so that whoever has scrolled
/// in it stays where they are.
#[component]
pub(super) fn Code(
    /// The code.
    #[prop(into)]
    code: Signal<CodeBlock>,
    /// The number of its first line, where its lines are counted.
    #[prop(optional_no_strip)]
    first: Option<u64>,
) -> impl IntoView {
    let wrap = RwSignal::new(false);
    let language = Memo::new(move |_| {
        code.with(|code| match code.language.as_str() {
            "" => "text".to_owned(),
            language => language.to_owned(),
        })
    });
    let numbers = first.map(|first| {
        view! {
            <span class="numbers" aria-hidden="true">
                {move || code.with(|code| numbers_of(first, &code.text))}
            </span>
        }
    });
    view! {
        <div class="code" class:wrap=move || wrap.get()>
            <Bar
                title=view! { <span class="grow clip">{move || language.get()}</span> }.into_any()
                // A line that breaks would part from its number.
                wrap=first.is_none().then_some(wrap)
                copy="Copy code"
                text=Signal::derive(move || code.with(|code| code.text.clone()))
            />
            // A region that scrolls must be reached by keyboard.
            <pre tabindex="0" role="group" aria-label=move || format!("Code, {}", language.get())>
                {numbers}
                <code>
                    {move || {
                        code.with(|code| painted(of_code(&code.language, &code.text)))
                    }}
                </code>
            </pre>
        </div>
    }
    .into_any()
}

/// The numbers of a text's lines, one a line.
fn numbers_of(first: u64, text: &str) -> String {
    let mut all = String::new();
    for number in (first..).zip(text.split('\n')).map(|(number, _)| number) {
        // Writing to a String cannot fail.
        let _ = writeln!(all, "{number}");
    }
    all
}
