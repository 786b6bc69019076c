//! What has a meaning at the beginning of a line: keys, sections, targets, directives.

use crate::Class;
use crate::paint::{Paint, is_blank, is_word};

/// `key =` and `[section]`.
pub(crate) fn key(paint: &mut Paint<'_>) {
    let start = paint.skip(paint.at, is_blank);
    if paint.byte(start) == b'[' {
        let name = paint.skip(start, |byte| byte == b'[');
        let end = back_over_blanks(paint, paint.line_end(start));
        let plain = paint.skip(name, |byte| {
            is_word(byte)
                || matches!(
                    byte,
                    b'.' | b'-' | b' ' | b'"' | b'\'' | b':' | b'/' | b'(' | b')' | b']'
                )
        });
        // A row of numbers or texts within a longer list looks nearly alike.
        let named = paint.byte(name).is_ascii_alphabetic();
        if named && plain >= end && paint.before(end) == b']' {
            paint.take(start, end, Class::Name);
        }
        return;
    }
    let start = if paint.is(start, "export ") {
        paint.take(start, start + 6, Class::Word);
        start + 7
    } else {
        start
    };
    let end = paint.skip(start, |byte| {
        is_word(byte) || matches!(byte, b'.' | b'-' | b'"' | b'\'' | b'/')
    });
    let sign = paint.skip(end, is_blank);
    let assigns = paint.byte(sign) == b'=' && !matches!(paint.byte(sign + 1), b'=' | b'>');
    if end > start && assigns {
        paint.take(start, end, Class::Name);
    }
}

/// `target: …` and `NAME := …`.
pub(crate) fn target(paint: &mut Paint<'_>) {
    let start = paint.at;
    if is_blank(paint.byte(start)) {
        return;
    }
    let end = paint.skip(start, |byte| {
        is_word(byte) || matches!(byte, b'.' | b'-' | b'%' | b'/' | b' ')
    });
    let name_end = back_over_blanks(paint, end);
    let sign = paint.byte(end);
    if name_end > start && matches!(sign, b':' | b'=' | b'?' | b'+') {
        paint.take(start, name_end, Class::Name);
    }
}

/// `#include <file>`.
pub(crate) fn directive(paint: &mut Paint<'_>) {
    let start = paint.skip(paint.at, is_blank);
    if paint.byte(start) != b'#' {
        return;
    }
    let word = paint.skip(start + 1, is_blank);
    let end = paint.skip(word, |byte| byte.is_ascii_alphabetic());
    if end == word {
        return;
    }
    paint.take(start, end, Class::Word);
    let file = paint.skip(end, is_blank);
    if matches!(paint.text(word, end), "include" | "import") && paint.byte(file) == b'<' {
        let close = paint.skip(file, |byte| byte != b'>' && byte != b'\n');
        paint.take(
            file,
            if paint.byte(close) == b'>' {
                close + 1
            } else {
                close
            },
            Class::Text,
        );
    }
}

fn back_over_blanks(paint: &Paint<'_>, mut end: usize) -> usize {
    while is_blank(paint.before(end)) {
        end -= 1;
    }
    end
}
