//! Text that programs print: plain, with what would hide or reorder it made visible, and
//! its middle left out where it is long.

use domain::bulk::{Bulk, BulkField, LongText};
use domain::id::ServerId;
use leptos::prelude::*;

/// What a program printed, or what it was given.
#[component]
pub(super) fn RawText(
    /// Where the whole can be had.
    server: ServerId,
    /// The text.
    text: LongText,
    /// What it is.
    label: &'static str,
    /// Classes beside `out`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let class = format!("out {class}");
    match text {
        LongText::Whole(text) => view! {
            <div class=class tabindex="0" role="group" aria-label=label>
                {printed(&text)}
            </div>
        }
        .into_any(),
        LongText::Cut(bulk) => {
            let left_out = bulk.len - (bulk.head.len() + bulk.tail.len()) as u64;
            view! {
                <div class=class tabindex="0" role="group" aria-label=label>
                    {printed(&bulk.head)}
                    <p class="muted">{format!("… {} KB left out …", left_out.div_ceil(1024))}</p>
                    {printed(&bulk.tail)}
                </div>
                <p class="aside">
                    <a href=address_of(&server, &bulk) target="_blank" rel="noopener">
                        {format!("Open all of it ({} KB)", bulk.len.div_ceil(1024))}
                    </a>
                </p>
            }
            .into_any()
        }
    }
}

/// Something raw, as it came.
pub(crate) fn raw_text(server: ServerId, text: LongText) -> AnyView {
    view! { <RawText server text label="Raw JSON" /> }.into_any()
}

/// Where the whole of a cut text is.
pub(super) fn address_of(server: &ServerId, bulk: &Bulk) -> String {
    let field = match bulk.id.field {
        BulkField::Output => "output",
        BulkField::Input => "input",
        BulkField::Diff => "diff",
        BulkField::Raw => "raw",
        BulkField::File => "file",
    };
    let id = &bulk.id;
    format!(
        "/api/bulk/{server}/{}/{}/{}/{field}",
        id.session, id.message, id.part
    )
}

/// What a terminal would show of `text`: its colours and movements left out, what is left
/// of its controls made visible.
pub(super) fn printed(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = after_escape(after);
    }
    out.push_str(rest);
    markdown::visible(&out).into_owned()
}

/// What follows an escape sequence whose escape character was just passed.
fn after_escape(text: &str) -> &str {
    let mut chars = text.char_indices();
    let skip = match chars.next() {
        // A control sequence ends with a letter or one of a few marks.
        Some((_, '[')) => chars.find(|(_, c)| ('@'..='~').contains(c)),
        // A command to the terminal (title, link, clipboard) ends with a bell or `ESC \`.
        Some((_, ']' | 'P' | '_' | '^')) => {
            let Some((_, after)) = text.split_once(['\u{7}', '\u{1b}']) else {
                return "";
            };
            return after.strip_prefix('\\').unwrap_or(after);
        }
        first => first,
    };
    skip.map_or("", |(at, c)| {
        text.get(at + c.len_utf8()..).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_do_is_left_out() {
        assert_eq!(printed("\u{1b}[32mok\u{1b}[0m done"), "ok done");
        assert_eq!(printed("\u{1b}]0;title\u{7}text"), "text");
        assert_eq!(
            printed("\u{1b}]8;;javascript:x\u{1b}\\click\u{1b}]8;;\u{1b}\\ end"),
            "click end"
        );
        assert_eq!(printed("10 %\r20 %\r\nnext"), "10 %\n20 %\nnext");
        assert_eq!(printed("a\u{1b}"), "a");
        assert_eq!(printed("bell\u{7}"), "bell␇");
    }
}
