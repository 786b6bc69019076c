//! Text in stretches of one look each: colours of code, of a terminal, the places where
//! something was found. Whatever it is, it is drawn by the one [`painted`].

use domain::id::Directory;
use highlight::{Class, colour, terminal};
use leptos::prelude::*;

use super::tool_words::{short_path, shown_path};
use crate::components::GrowingText;

/// Classes, and the text they are for. Without classes it is plain.
pub(super) type Stretch = (String, String);

/// Draws stretches one after the other.
pub(super) fn painted(stretches: Vec<Stretch>) -> AnyView {
    let all: Vec<AnyView> = stretches
        .into_iter()
        .map(|(class, text)| {
            if class.is_empty() {
                GrowingText(text).into_any()
            } else {
                view! { <span class=class>{text}</span> }.into_any()
            }
        })
        .collect();
    all.into_any()
}

/// Code in its colours.
pub(super) fn of_code(language: &str, text: &str) -> Vec<Stretch> {
    let mut all = Vec::new();
    let mut at = 0;
    for span in colour(language, text) {
        let end = span.start + span.len;
        let (Some(before), Some(word)) = (text.get(at..span.start), text.get(span.start..end))
        else {
            continue;
        };
        push(&mut all, "", before);
        let class = match span.class {
            Class::Word => "w",
            Class::Name => "n",
            Class::Text => "t",
            Class::Number => "d",
            Class::Note => "q",
        };
        push(&mut all, class, word);
        at = end;
    }
    push(&mut all, "", text.get(at..).unwrap_or_default());
    all
}

/// What a program printed, in the colours it gave it.
pub(super) fn of_terminal(text: &str) -> Vec<Stretch> {
    terminal(text)
        .into_iter()
        .map(|run| {
            let text = markdown::visible(&run.text).into_owned();
            (run.style.classes(), text)
        })
        .collect()
}

/// Files, one a line, called as from `directory`.
pub(super) fn of_paths(text: &str, directory: Option<&Directory>) -> Vec<Stretch> {
    let lines: Vec<&str> = text
        .lines()
        .map(|line| short_path(line, directory))
        .collect();
    vec![(
        String::new(),
        markdown::visible(&lines.join("\n")).into_owned(),
    )]
}

/// The lines in which something was found, by file: each file once, with how many lines of
/// it there are. What is not laid out as a search's answer stays as it is.
pub(super) fn of_matches(text: &str, directory: Option<&Directory>) -> Vec<Stretch> {
    let mut files: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    let mut here: Option<usize> = None;
    let mut remarks = Vec::new();
    for line in text.lines() {
        let found = line
            .strip_prefix("  Line ")
            .and_then(|rest| rest.split_once(": "));
        if let Some(found) = found {
            if let Some(at) = here
                && let Some((_, lines)) = files.get_mut(at)
            {
                lines.push(found);
            }
        } else if let Some(file) = line.strip_suffix(':') {
            let known = files.iter().position(|(name, _)| *name == file);
            here = Some(known.unwrap_or(files.len()));
            if known.is_none() {
                files.push((file, Vec::new()));
            }
        } else if !line.is_empty() && !line.starts_with("Found ") {
            remarks.push(line);
        }
    }
    let mut all = Vec::new();
    for (file, lines) in files {
        let count = lines.len();
        let file = shown_path(file, directory);
        let before = if all.is_empty() { "" } else { "\n" };
        push(&mut all, "found-in", &format!("{before}{file}"));
        push(&mut all, "count", &format!("  {count}\n"));
        for (number, line) in lines {
            push(&mut all, "count", &format!("{number:>6}  "));
            push(&mut all, "", &format!("{}\n", markdown::visible(line)));
        }
    }
    if all.is_empty() {
        return vec![(String::new(), markdown::visible(text).into_owned())];
    }
    push(&mut all, "count", &remarks.join("\n"));
    all
}

fn push(all: &mut Vec<Stretch>, class: &str, text: &str) {
    if !text.is_empty() {
        all.push((class.to_owned(), text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(stretches: &[Stretch]) -> String {
        stretches.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn matches_are_gathered_by_file_with_their_number() {
        let text = "Found 3 matches\n/w/src/a.rs:\n  Line 7: let a = 1;\n\n/w/b.rs:\n  Line 1: b\n\n/w/src/a.rs:\n  Line 120: a: b\n\n(Results truncated.)";
        let told = of_matches(text, Some(&Directory::new("/w")));
        assert_eq!(
            plain(&told),
            "src/a.rs  2\n     7  let a = 1;\n   120  a: b\n\nb.rs  1\n     1  b\n(Results truncated.)"
        );
        assert_eq!(plain(&of_matches("No files found", None)), "No files found");
    }

    #[test]
    fn no_character_of_code_is_lost_by_its_colours() {
        let code = "fn main() {\n    // é \"x\"\n}";
        assert_eq!(plain(&of_code("rust", code)), code);
    }

    #[test]
    fn files_are_called_as_from_the_folder() {
        let told = of_paths("/w/a.rs\n/etc/b\u{202e}", Some(&Directory::new("/w")));
        assert_eq!(plain(&told), "a.rs\n/etc/b⟨U+202E⟩");
    }
}
