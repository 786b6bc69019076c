//! The promises, for any text in any language: order, borders, linear time, and that a line's
//! colours do not change when more lines arrive.

use proptest::prelude::*;

use crate::languages::{self, NAMES};
use crate::paint::Paint;
use crate::{Class, MAX_BYTES, MAX_SPANS, Span, colour};

/// How many bytes may be looked at for each byte of text. Ordinary code needs about ten; text
/// made of openings that never close needs the most.
const STEPS_PER_BYTE: usize = 120;

/// Pieces that mean something somewhere, so that texts made of them reach every rule.
const PIECES: [&str; 104] = [
    "\n",
    "\n",
    "\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    "a",
    "Name",
    "call(",
    ")",
    "fn ",
    "def ",
    "class ",
    "let x",
    "type T",
    "0x1f",
    "1.5e-3",
    "1'000",
    "\"",
    "\"",
    "'",
    "'",
    "`",
    "\"\"\"",
    "'''",
    "''",
    "\\",
    "\\\"",
    "\\\n",
    "${",
    "#{",
    "{",
    "}",
    "{{",
    "$(",
    "\\(",
    "(",
    "$x",
    "@name",
    "#",
    "# ",
    "//",
    "/*",
    "*/",
    "/",
    "/[",
    "]/",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<div a='b'",
    ">",
    "&amp;",
    "<![CDATA[",
    "<<EOF",
    "\nEOF\n",
    "<<~'END'",
    "END",
    "<<<",
    "r#\"",
    "\"#",
    "R\"x(",
    ")x\"",
    "b'",
    "f\"",
    "rb'",
    "$\"",
    "@\"",
    "'a",
    "'é'",
    "é",
    "→",
    "🦀",
    "key:",
    "key: |\n  ",
    "key = ",
    "[section]",
    "- ",
    "```",
    "```rust\n",
    "](",
    "+ ",
    "--",
    "--[[",
    "]]",
    "{-",
    "-}",
    "=begin",
    "<#",
    "#>",
    "$$",
    "!",
    ":sym",
    "::",
    ".",
    "..",
    ";",
    "|",
    "&&",
    "#include <a>",
];

fn any_code() -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..60);
    prop_oneof![4 => pieces.prop_map(|pieces| pieces.concat()), 1 => "\\PC{0,80}"]
}

fn any_language() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&NAMES[..])
}

fn check_spans(language: &str, code: &str) -> Result<(), TestCaseError> {
    let mut behind = 0;
    for span in colour(language, code) {
        prop_assert!(span.len > 0, "{span:?} is empty");
        prop_assert!(span.start >= behind, "{span:?} begins before {behind}");
        behind = span.start + span.len;
        prop_assert!(
            code.get(span.start..behind).is_some(),
            "{span:?} cuts a character"
        );
    }
    Ok(())
}

fn steps(language: &str, code: &str) -> usize {
    let mut paint = Paint::new(code);
    languages::find(language).unwrap().paint(&mut paint);
    assert!(paint.done());
    paint.steps.get()
}

/// The colours up to a place, a span over it cut off there.
fn cut(spans: Vec<Span>, end: usize) -> Vec<Span> {
    let within = spans.into_iter().filter(|span| span.start < end);
    within
        .map(|span| Span {
            len: span.len.min(end - span.start),
            ..span
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn spans_are_ascending_disjoint_and_on_character_borders(
        language in any_language(), code in any_code(),
    ) {
        check_spans(language, &code)?;
    }

    #[test]
    fn time_is_linear(language in any_language(), code in any_code()) {
        let repeated = code.repeat(20);
        let steps = steps(language, &repeated);
        let length = repeated.len();
        prop_assert!(steps <= STEPS_PER_BYTE * (length + 10), "{steps} for {length}");
    }

    #[test]
    fn a_finished_line_keeps_its_colours(
        language in any_language(), code in any_code(), more in any_code(),
    ) {
        let first = format!("{code}\n");
        let whole = format!("{first}{more}");
        prop_assert_eq!(colour(language, &first), cut(colour(language, &whole), first.len()));
    }
}

#[test]
fn openings_that_never_close_take_linear_time() {
    for language in NAMES {
        for piece in PIECES {
            let code = piece.repeat(2000);
            let steps = steps(language, &code);
            assert!(
                steps <= STEPS_PER_BYTE * (code.len() + 10),
                "{language}: {steps} steps for {} bytes of {piece:?}",
                code.len()
            );
        }
    }
}

#[test]
fn a_name_may_have_any_case_and_company() {
    for name in [
        "rust",
        "Rust",
        "RS",
        "rs,ignore",
        "{.rust}",
        "rust title=\"a\"",
    ] {
        assert_eq!(
            colour(name, "fn"),
            [Span {
                start: 0,
                len: 2,
                class: Class::Word
            }],
            "{name}"
        );
    }
}

#[test]
fn an_unknown_language_stays_plain() {
    for name in ["", "text", "klingon", "🦀", &"x".repeat(1000)] {
        assert_eq!(colour(name, "fn main() { \"a\" }"), [], "{name}");
    }
}

#[test]
fn lines_beyond_the_limit_stay_plain_and_those_before_keep_their_colours() {
    let line = "let a = 1;                                \n";
    let code = line.repeat(MAX_BYTES / line.len() + 100);
    let spans = colour("rust", &code);
    let last = spans.last().unwrap();
    assert!(last.start + last.len <= MAX_BYTES);
    assert!(last.start + last.len > MAX_BYTES - 2 * line.len());
    assert_eq!(spans[..2], colour("rust", line)[..2]);
}

#[test]
fn one_block_never_gets_more_than_its_share_of_spans() {
    assert_eq!(colour("json", &"1,".repeat(MAX_SPANS * 2)).len(), MAX_SPANS);
}

#[test]
fn every_list_of_words_is_sorted_for_the_search() {
    for code in languages::tables() {
        for words in [
            code.words,
            code.soft,
            code.constants,
            code.defines,
            code.opens,
        ] {
            assert!(words.is_sorted_by(|a, b| a < b), "{words:?}");
        }
    }
}
