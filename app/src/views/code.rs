//! A block of code: its language, its colours, and buttons to copy it and to break its lines.

use std::fmt::Write as _;

use leptos::prelude::*;
use markdown::CodeBlock;

use super::painted::{of_code, painted};
use crate::components::{Glyph, Icon};

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
    // A line that breaks would part from its number.
    let wraps = first.is_none().then(|| {
        view! {
            <button
                type="button"
                class="icon-button wraps"
                aria-label="Wrap lines"
                title="Wrap lines"
                aria-pressed="false"
            >
                <Glyph icon=Icon::Wrap />
            </button>
        }
    });
    view! {
        <div class="code" class:patch=move || language.with(|it| is_patch(it))>
            // The conversation hears the buttons: what the server drew has no ears of its own.
            <header class="bar">
                <span class="grow clip">{move || language.get()}</span>
                {wraps}
                <button type="button" class="icon-button" aria-label="Copy code" title="Copy code">
                    <Glyph icon=Icon::Copy />
                </button>
            </header>
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

/// Whether it is a change, whose lines are red where they go.
fn is_patch(language: &str) -> bool {
    ["diff", "patch"]
        .iter()
        .any(|it| language.eq_ignore_ascii_case(it))
}

/// The numbers of a text's lines, one a line.
fn numbers_of(first: u64, text: &str) -> String {
    let mut all = String::new();
    // A line break ends a line; what follows the last one is no line of its own.
    for number in (first..).zip(text.lines()).map(|(number, _)| number) {
        // Writing to a String cannot fail.
        let _ = writeln!(all, "{number}");
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_at_the_end_is_not_a_line_more() {
        assert_eq!(numbers_of(7, "a\n\nb"), "7\n8\n9\n");
        assert_eq!(numbers_of(7, "a\n\nb\n"), "7\n8\n9\n");
        assert_eq!(numbers_of(1, "a\n\n"), "1\n2\n", "an empty line is one");
        assert_eq!(numbers_of(1, ""), "");
    }
}
