//! YAML, line by line: keys are names, scalars that are values are numbers, blocks are text.

use crate::Class;
use crate::paint::{Paint, is_blank};

/// What stands for a value.
const CONSTANTS: [&str; 9] = [
    "False", "NULL", "Null", "True", "false", "no", "null", "true", "yes",
];

/// Paints a document.
pub(crate) fn paint(paint: &mut Paint<'_>) {
    // The indent of the key whose block of text we are in.
    let mut block: Option<usize> = None;
    while !paint.done() {
        let line = paint.at;
        let end = paint.line_end(line);
        let first = paint.skip(line, |byte| byte == b' ');
        let indent = first - line;
        if let Some(outer) = block {
            if first >= end || indent > outer {
                paint.take(first.min(end), end, Class::Text);
                paint.go(end + 1);
                continue;
            }
            block = None;
        }
        paint.go(first);
        if is_block(paint, end) {
            block = Some(indent);
        }
        entry(paint, end);
        paint.go(end + 1);
    }
}

/// Whether the line ends with `|` or `>` (and `-`, `+`, a digit) after a key or a dash.
fn is_block(paint: &Paint<'_>, line_end: usize) -> bool {
    let mut at = line_end;
    while is_blank(paint.before(at)) {
        at -= 1;
    }
    while matches!(paint.before(at), b'-' | b'+' | b'0'..=b'9') {
        at -= 1;
    }
    if !matches!(paint.before(at), b'|' | b'>') {
        return false;
    }
    let mut key = at - 1;
    while is_blank(paint.before(key)) {
        key -= 1;
    }
    key < at - 1 && matches!(paint.before(key), b':' | b'-')
}

/// `- key: value # note`.
fn entry(paint: &mut Paint<'_>, end: usize) {
    while paint.here() == b'-' && is_blank(paint.byte(paint.at + 1)) {
        let next = paint.skip(paint.at + 1, is_blank);
        paint.go(next);
    }
    if let Some(colon) = key_end(paint, end) {
        paint.take(paint.at, colon, Class::Name);
        paint.go(colon + 1);
    }
    value(paint, end);
}

/// The place of the colon that ends a key which begins here.
fn key_end(paint: &Paint<'_>, end: usize) -> Option<usize> {
    let mut at = match paint.here() {
        quote @ (b'"' | b'\'') => {
            paint.skip(paint.at + 1, |byte| byte != quote && byte != b'\n') + 1
        }
        b'#' | b'{' | b'[' | b'|' | b'>' => return None,
        _ => paint.at,
    };
    while at < end {
        let byte = paint.byte(at);
        if byte == b'#' && is_blank(paint.before(at)) {
            return None;
        }
        if byte == b':' && (at + 1 >= end || is_blank(paint.byte(at + 1))) {
            return Some(at);
        }
        at += 1;
    }
    None
}

fn value(paint: &mut Paint<'_>, end: usize) {
    while paint.at < end {
        let start = paint.at;
        match paint.here() {
            b'#' if is_blank(paint.before(start)) || paint.before(start) == b'\n' => {
                paint.take(start, end, Class::Note);
            }
            quote @ (b'"' | b'\'') => string(paint, quote, end),
            b'!' => {
                let word = paint.skip(start, |byte| !is_blank(byte) && byte != b'\n');
                paint.take(start, word, Class::Word);
            }
            byte if is_blank(byte) || matches!(byte, b'[' | b']' | b'{' | b'}' | b',') => {
                paint.at += 1;
            }
            _ => scalar(paint, end),
        }
    }
}

fn string(paint: &mut Paint<'_>, quote: u8, end: usize) {
    let start = paint.at;
    let mut at = start + 1;
    while at < end && paint.byte(at) != quote {
        at += if paint.byte(at) == b'\\' && quote == b'"' {
            2
        } else {
            1
        };
    }
    let close = (at + 1).min(end);
    let is_key = paint.byte(close) == b':';
    paint.take(start, close, if is_key { Class::Name } else { Class::Text });
}

/// A scalar without quotes, up to a comma, a bracket or a note.
fn scalar(paint: &mut Paint<'_>, end: usize) {
    let start = paint.at;
    let mut at = start;
    while at < end {
        let byte = paint.byte(at);
        let note = byte == b'#' && is_blank(paint.before(at));
        if note || matches!(byte, b',' | b']' | b'}') {
            break;
        }
        at += 1;
        if byte == b':' && is_blank(paint.byte(at)) {
            paint.take(start, at - 1, Class::Name);
            paint.go(at);
            return;
        }
    }
    let after = at;
    while is_blank(paint.before(at)) && at > start {
        at -= 1;
    }
    let text = paint.text(start, at);
    if CONSTANTS.contains(&text) || is_number(text) {
        paint.mark(start, at, Class::Number);
    }
    paint.go(after.max(start + 1));
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    digits
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit())
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b'_' | b'x' | b'o'))
}
