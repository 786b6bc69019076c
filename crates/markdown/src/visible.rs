//! Characters that reorder or hide code, made visible.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::link::hides;

/// `text` with bidirectional controls and invisible characters written out as `⟨U+202E⟩`:
/// code must read as it runs. Other controls but tab and line feed become their pictures.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(must_show) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if !must_show(c) {
            out.push(c);
        } else if hides(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            out.push(picture(c));
        }
    }
    Cow::Owned(out)
}

fn must_show(c: char) -> bool {
    hides(c) || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// The picture Unicode has for a control character.
fn picture(c: char) -> char {
    match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_would_read_otherwise_than_it_runs_is_written_out() {
        assert_eq!(visible("a\u{202e}b"), "a⟨U+202E⟩b");
        assert_eq!(visible("\u{1b}[31m"), "␛[31m");
        assert!(matches!(visible("plain\n\tcode é"), Cow::Borrowed(_)));
    }
}
