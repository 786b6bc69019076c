//! Several tools in a row that only looked around, as one line that opens to theirs.

use domain::id::{MessageId, PartId};
use leptos::prelude::*;

use super::row::PartRow;
use super::tool_words::several;
use crate::components::{Disclosure, Glyph, Icon, each};
use crate::live::{Group, Live, SessionKey};

/// Its members open and close where they are, and stay in it.
#[derive(Clone, Copy)]
pub(super) struct Within;

/// Tools that only looked around.
#[component]
pub(super) fn ExploredRow(session: SessionKey, message: MessageId, part: PartId) -> impl IntoView {
    provide_context(Within);
    let live = Live::here();
    let of = session.clone();
    let group = Memo::new(move |_| live.explored(&of, &message, &part));
    let words = move || group.with(|group| group.as_deref().map(words_of));
    let summary = view! {
        <Glyph icon=Icon::Look />
        <b>"Explored"</b>
        <span class="clip grow">{words}</span>
        <Glyph icon=Icon::Right class="turns" />
    }
    .into_any();
    view! {
        <Disclosure class="explored" summary>
            <div class="members">
                {each(
                    move || {
                        group.with(|group| group.as_deref().map_or_else(Vec::new, |group| group.members.clone()))
                    },
                    Clone::clone,
                    {
                        let session = session.clone();
                        move |(message, part)| {
                            view! { <PartRow session=session.clone() message part /> }.into_any()
                        }
                    },
                )}
            </div>
        </Disclosure>
    }
    .into_any()
}

/// "7 files, 2 searches".
fn words_of(group: &Group) -> String {
    let reads = group.reads as u64;
    let searches = group.members.len() as u64 - reads;
    let told = [
        (reads > 0).then(|| several(reads, "file", "files")),
        (searches > 0).then(|| several(searches, "search", "searches")),
    ];
    told.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_files_and_searches() {
        let told = |members, reads| {
            words_of(&Group {
                members: vec![(MessageId::new("m"), PartId::new("p")); members],
                reads,
            })
        };
        assert_eq!(told(7, 7), "7 files");
        assert_eq!(told(3, 1), "1 file, 2 searches");
        assert_eq!(told(2, 0), "2 searches");
    }
}
