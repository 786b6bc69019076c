//! A unified diff as rows for two columns: what was on one side, what is on the other.

use std::ops::Range;

/// How much of two lines must be the same for the difference between them to be marked, as
/// a part of the longer one: below that they are simply two lines.
const ALIKE: (usize, usize) = (2, 5);

/// Lines that belong together: unchanged ones, changed ones, or a word for what is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group(pub(super) Vec<Cell>);

/// A line on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) sort: Sort,
    pub(super) number: u64,
    pub(super) text: String,
    /// What differs from the line beside it, in bytes of the text.
    pub(super) mark: Range<usize>,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// As it was, on the old side.
    SameOld,
    /// As it was, on the new side.
    SameNew,
    Removed,
    Added,
    /// Lines between two places are left out.
    Gap,
}

/// Reads a unified diff, at most `max` of its lines, and says whether there are more.
pub(super) fn groups_of(patch: &str, max: usize) -> (Vec<Group>, bool) {
    let mut reader = Reader::default();
    // What ends the last line is no line of the file.
    let mut lines = patch.trim_end_matches('\n').lines().peekable();
    let mut within = false;
    let mut named = false;
    while let Some(raw) = lines.next() {
        if let Some(place) = raw.strip_prefix("@@") {
            reader.close();
            if within {
                reader.gap("⋯");
            }
            (reader.old, reader.new) = starts_of(place);
            within = true;
        } else if within && begins_file(raw, lines.peek()) {
            // Of several files one follows the other.
            reader.close();
            within = false;
            named = true;
        } else if named && let Some(file) = raw.strip_prefix("+++ ") {
            reader.gap(file.split('\t').next().unwrap_or(file));
            named = false;
        } else if within {
            // What stands before the first place names the file, which is told above.
            reader.line(raw);
        }
        if reader.count >= max {
            break;
        }
    }
    reader.close();
    (reader.groups, lines.next().is_some())
}

/// Whether the changes of another file begin with a line: programs write different headings.
fn begins_file(line: &str, next: Option<&&str>) -> bool {
    line.starts_with("diff --git ")
        || line.starts_with("Index: ")
        || (line.starts_with("--- ") && next.is_some_and(|next| next.starts_with("+++ ")))
}

#[derive(Default)]
struct Reader {
    groups: Vec<Group>,
    same: Vec<Cell>,
    removed: Vec<Cell>,
    added: Vec<Cell>,
    old: u64,
    new: u64,
    count: usize,
}

impl Reader {
    fn line(&mut self, raw: &str) {
        let text = markdown::visible(raw.get(1..).unwrap_or_default()).into_owned();
        let cell = |sort, number, text| Cell {
            sort,
            number,
            text,
            mark: 0..0,
        };
        self.count += 1;
        match raw.as_bytes().first() {
            Some(b'+') => {
                self.close_same();
                self.added.push(cell(Sort::Added, self.new, text));
                self.new += 1;
            }
            Some(b'-') => {
                // After additions a removal begins a new change.
                if !self.added.is_empty() {
                    self.close();
                }
                self.close_same();
                self.removed.push(cell(Sort::Removed, self.old, text));
                self.old += 1;
            }
            // "No newline at end of file" is of no use to a reader here.
            Some(b'\\') => {}
            Some(_) | None => {
                self.close_changed();
                self.same.push(cell(Sort::SameOld, self.old, text.clone()));
                self.same.push(cell(Sort::SameNew, self.new, text));
                self.old += 1;
                self.new += 1;
            }
        }
    }

    fn gap(&mut self, words: &str) {
        self.groups.push(Group(vec![Cell {
            sort: Sort::Gap,
            number: 0,
            text: markdown::visible(words).into_owned(),
            mark: 0..0,
        }]));
    }

    fn close(&mut self) {
        self.close_same();
        self.close_changed();
    }

    fn close_same(&mut self) {
        if !self.same.is_empty() {
            self.groups.push(Group(std::mem::take(&mut self.same)));
        }
    }

    /// Puts what was removed beside what was added, line by line.
    fn close_changed(&mut self) {
        let mut removed = std::mem::take(&mut self.removed).into_iter();
        let mut added = std::mem::take(&mut self.added).into_iter();
        let mut cells = Vec::new();
        loop {
            let (mut old, mut new) = (removed.next(), added.next());
            if let (Some(old), Some(new)) = (&mut old, &mut new) {
                (old.mark, new.mark) = difference(&old.text, &new.text);
            }
            if old.is_none() && new.is_none() {
                break;
            }
            cells.extend(old.into_iter().chain(new));
        }
        if !cells.is_empty() {
            self.groups.push(Group(cells));
        }
    }
}

/// Where two lines differ: what lies between their common beginning and their common end;
/// nothing where they have too little in common.
fn difference(old: &str, new: &str) -> (Range<usize>, Range<usize>) {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = old
        .chars()
        .zip(new.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let rest = |text: &str| text.get(head..).unwrap_or_default().to_owned();
    let tail: usize = rest(old)
        .chars()
        .rev()
        .zip(rest(new).chars().rev())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let longer = old.trim().len().max(new.trim().len());
    let common = old.get(..head).unwrap_or_default().trim_start().len() + tail;
    if common * ALIKE.1 < longer * ALIKE.0 {
        return (0..0, 0..0);
    }
    (head..old.len() - tail, head..new.len() - tail)
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
    use proptest::prelude::*;

    use super::*;

    /// Each group as its lines, `sign number text`, with what differs in brackets.
    fn told(patch: &str) -> Vec<Vec<String>> {
        groups_of(patch, 100)
            .0
            .into_iter()
            .map(|Group(cells)| {
                cells
                    .into_iter()
                    .map(|mut cell| {
                        let sign = match cell.sort {
                            Sort::SameOld => "<",
                            Sort::SameNew => ">",
                            Sort::Removed => "-",
                            Sort::Added => "+",
                            Sort::Gap => return cell.text,
                        };
                        if !cell.mark.is_empty() {
                            cell.text.insert(cell.mark.end, ']');
                            cell.text.insert(cell.mark.start, '[');
                        }
                        format!("{sign}{} {}", cell.number, cell.text)
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn lines_stand_on_their_sides_with_the_numbers_of_their_file() {
        assert_eq!(
            told(
                "--- a\n+++ b\n@@ -11,3 +12,4 @@ fn\n same\n-let a = 1;\n+let a = 20;\n+fresh\n@@ -40 +42 @@\n end\n"
            ),
            [
                vec!["<11 same", ">12 same"],
                vec!["-12 let a = [1];", "+13 let a = [20];", "+14 fresh"],
                vec!["⋯"],
                vec!["<40 end", ">42 end"],
            ]
        );
    }

    #[test]
    fn several_files_in_one_diff_are_told_apart() {
        let second = "--- b.rs\told\n+++ b.rs\tnew\n@@ -5 +5 @@\n-old\n";
        for heading in ["", "Index: b.rs\n======\n", "diff --git a/b.rs b/b.rs\n"] {
            let patch =
                format!("--- a.rs\n+++ a.rs\n@@ -1 +1 @@\n-- one\n+-- two\n{heading}{second}");
            let told = told(&patch);
            assert_eq!(told.len(), 3, "{heading:?}: {told:?}");
            assert_eq!(told[1], ["b.rs"], "{heading:?}");
            assert_eq!(told[2], ["-5 old"], "{heading:?}");
        }
    }

    #[test]
    fn what_follows_the_last_line_break_has_no_number() {
        let expected = [["+1 a", "+2 "]];
        assert_eq!(told("@@ -0,0 +1,2 @@\n+a\n+"), expected);
        assert_eq!(told("@@ -0,0 +1,2 @@\n+a\n+\n"), expected);
        assert_eq!(told("@@ -0,0 +1,2 @@\n+a\n+\n\n"), expected);
    }

    #[test]
    fn lines_with_little_in_common_are_not_marked() {
        assert_eq!(
            told("@@ -1 +1 @@\n-    return a\n+    throw Error(b, c)\n"),
            [["-1     return a", "+1     throw Error(b, c)"]]
        );
        assert_eq!(
            told("@@ -1 +1 @@\n-MAX = 30;\n+MAX = 3;\n"),
            [["-1 MAX = 3[0];", "+1 MAX = 3;"]]
        );
    }

    #[test]
    fn a_long_diff_ends_where_it_must_and_says_so() {
        let long = format!("@@ -1 +1 @@\n{}", "+x\n".repeat(10));
        let (groups, more) = groups_of(&long, 4);
        assert!(more);
        assert_eq!(groups.iter().map(|group| group.0.len()).sum::<usize>(), 4);
        assert!(!groups_of(&long, 10).1);
    }

    proptest! {
        #[test]
        fn marks_lie_on_character_borders(old in "[ab\u{e4}\u{20ac} ]{0,12}", new in "[ab\u{e4}\u{20ac} ]{0,12}") {
            let (before, after) = difference(&old, &new);
            prop_assert!(old.get(before).is_some() && new.get(after).is_some());
        }
    }
}
