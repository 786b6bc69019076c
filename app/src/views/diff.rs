//! What happened to one file, line by line.

use domain::bulk::LongText;
use domain::id::ServerId;
use domain::tool::FileDiff;
use leptos::prelude::*;

use super::long_text::address_of;

/// How many lines are drawn; a file beyond that is read elsewhere.
const LINES_MAX: usize = 400;

/// A file's changes.
#[component]
pub(super) fn Diff(
    /// Where the whole can be had.
    server: ServerId,
    /// The changes.
    diff: FileDiff,
) -> impl IntoView {
    let label = format!("Changes of {}", diff.path);
    let cut = match &diff.patch {
        LongText::Whole(_) => None,
        LongText::Cut(bulk) => Some(address_of(&server, bulk)),
    };
    let patch = match diff.patch {
        LongText::Whole(text) => text,
        LongText::Cut(bulk) => bulk.head,
    };
    view! {
        <p class="aside">
            <span class="mono">{markdown::visible(&diff.path).into_owned()}</span>
            <span>
                <span class="plus">{format!("+{}", diff.additions)}</span>
                " "
                <span class="minus">{format!("−{}", diff.deletions)}</span>
            </span>
        </p>
        <Patch patch label />
        {cut
            .map(|href| {
                view! {
                    <p class="aside">
                        <a href=href target="_blank" rel="noopener">"Open the whole diff"</a>
                    </p>
                }
            })}
    }
    .into_any()
}

/// The lines of a unified diff.
#[component]
pub(super) fn Patch(patch: String, label: String) -> impl IntoView {
    let lines = lines_of(&patch);
    let more = lines.len() > LINES_MAX;
    view! {
        <div class="diff" tabindex="0" role="group" aria-label=label>
            <div>
                {lines
                    .into_iter()
                    .take(LINES_MAX)
                    .map(|line| {
                        let (class, mark) = match line.sort {
                            Sort::Same => ("diff-line", ""),
                            Sort::Added => ("diff-line add", "+"),
                            Sort::Removed => ("diff-line del", "−"),
                            Sort::Place => ("diff-line at", ""),
                        };
                        view! {
                            <div class=class>
                                <i>{line.number.map(|number| number.to_string())}</i>
                                <span>{mark}</span>
                                <span>{line.text}</span>
                            </div>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
        {more.then(|| view! { <p class="aside">"The rest of this diff is left out."</p> })}
    }
    .into_any()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Same,
    Added,
    Removed,
    Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    sort: Sort,
    number: Option<u64>,
    text: String,
}

/// Reads a unified diff; what is none is shown as it is.
fn lines_of(patch: &str) -> Vec<Line> {
    let (mut old, mut new) = (0_u64, 0_u64);
    let mut within = false;
    let mut lines = Vec::new();
    for raw in patch.lines() {
        let text =
            |from: usize| markdown::visible(raw.get(from..).unwrap_or_default()).into_owned();
        if let Some(place) = raw.strip_prefix("@@") {
            (old, new) = starts_of(place);
            if within {
                lines.push(Line {
                    sort: Sort::Place,
                    number: None,
                    text: "⋯".to_owned(),
                });
            }
            within = true;
        } else if !within {
            // What stands before the first place names the file, which is told above.
        } else if raw.starts_with('+') {
            lines.push(Line {
                sort: Sort::Added,
                number: Some(new),
                text: text(1),
            });
            new += 1;
        } else if raw.starts_with('-') {
            lines.push(Line {
                sort: Sort::Removed,
                number: Some(old),
                text: text(1),
            });
            old += 1;
        } else if raw.starts_with('\\') {
            // "No newline at end of file" is of no use to a reader here.
        } else {
            lines.push(Line {
                sort: Sort::Same,
                number: Some(new),
                text: text(1),
            });
            old += 1;
            new += 1;
        }
    }
    lines
}

/// The first old and new line of ` -12,3 +12,4 @@`.
fn starts_of(place: &str) -> (u64, u64) {
    let start = |sign: char| {
        place
            .split(' ')
            .find_map(|word| word.strip_prefix(sign))
            .and_then(|word| word.split(',').next()?.parse().ok())
            .unwrap_or(1)
    };
    (start('-'), start('+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_numbers_of_their_file() {
        let lines = lines_of(
            "--- a\n+++ b\n@@ -11,3 +11,3 @@ fn\n same\n-old\n+new\n@@ -40 +41 @@\n end\n",
        );
        let told: Vec<(Option<u64>, &str)> = lines
            .iter()
            .map(|line| (line.number, line.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(11), "same"),
                (Some(12), "old"),
                (Some(12), "new"),
                (None, "⋯"),
                (Some(41), "end")
            ]
        );
    }
}
