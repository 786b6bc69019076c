//! Style sheets: selectors are names, properties are words, numbers carry their unit.

use crate::Class;
use crate::paint::{Paint, is_blank, is_word};

/// The most digits of a colour after its `#`.
const MAX_HEX: usize = 8;

/// Where in a rule the walk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before a selector or a property.
    Start,
    /// In a selector.
    Selector,
    /// After a property's colon, or after an at-word.
    Value,
}

/// Paints a style sheet; `//` begins a comment where `line_notes` says so.
pub(crate) fn paint(paint: &mut Paint<'_>, line_notes: bool) {
    let mut place = Place::Start;
    while !paint.done() {
        let start = paint.at;
        let byte = paint.here();
        if paint.sees("/*") {
            let close = paint.find(start + 2, "*/").map_or(usize::MAX, |at| at + 2);
            paint.take(start, close, Class::Note);
        } else if line_notes && paint.sees("//") && place != Place::Value {
            let end = paint.line_end(start);
            paint.take(start, end, Class::Note);
        } else if paint.sees("#{") {
            let close = paint.skip(start, |byte| !matches!(byte, b'}' | b'\n'));
            paint.go(if paint.byte(close) == b'}' {
                close + 1
            } else {
                close
            });
        } else if matches!(byte, b'"' | b'\'') {
            string(paint, byte);
        } else if matches!(byte, b'{' | b'}' | b';') {
            place = Place::Start;
            paint.at += 1;
        } else if byte == b'\n' {
            // A selector list or a value may go on; a property begins after `;` alone.
            paint.at += 1;
            if place == Place::Selector {
                place = Place::Start;
            }
        } else if is_blank(byte) {
            paint.at += 1;
        } else if byte == b'@' {
            let end = paint.skip(start + 1, is_name);
            paint.take(start, end, Class::Word);
            place = Place::Value;
        } else {
            match place {
                Place::Start if is_property(paint) => {
                    let end = paint.skip(start, |byte| byte != b':');
                    let dollar = byte == b'$';
                    let class = if dollar { Class::Name } else { Class::Word };
                    paint.take(start, end, class);
                    paint.at += 1;
                    place = Place::Value;
                }
                Place::Start => place = Place::Selector,
                Place::Selector => selector(paint),
                Place::Value => value(paint),
            }
        }
    }
}

fn is_name(byte: u8) -> bool {
    is_word(byte) || byte == b'-'
}

/// Whether a property and its colon stand here: the rule or the line does not go on to a `{`.
fn is_property(paint: &Paint<'_>) -> bool {
    let name = paint.skip(paint.at, |byte| is_name(byte) || byte == b'$');
    if name == paint.at || paint.byte(name) != b':' {
        return false;
    }
    let end = paint.skip(name, |byte| !matches!(byte, b'{' | b'}' | b';' | b'\n'));
    paint.byte(end) != b'{' || paint.before(end) == b'#'
}

fn string(paint: &mut Paint<'_>, quote: u8) {
    let start = paint.at;
    let mut at = start + 1;
    while !matches!(paint.byte(at), b'\n' | 0) && paint.byte(at) != quote {
        at += if paint.byte(at) == b'\\' && paint.byte(at + 1) != b'\n' {
            2
        } else {
            1
        };
    }
    let end = if paint.byte(at) == quote { at + 1 } else { at };
    paint.take(start, end, Class::Text);
}

fn selector(paint: &mut Paint<'_>) {
    let start = paint.at;
    match paint.here() {
        b':' => {
            let name = paint.skip(start, |byte| byte == b':');
            let end = paint.skip(name, is_name);
            paint.go(end);
        }
        b'.' | b'#' | b'&' => {
            let end = paint.skip(start + 1, is_name);
            paint.take(start, end, Class::Name);
        }
        byte if byte.is_ascii_digit() => {
            let end = paint.skip(start, is_name);
            paint.go(end);
        }
        byte if is_name(byte) => {
            let end = paint.skip(start, is_name);
            paint.take(start, end, Class::Name);
        }
        _ => paint.at += 1,
    }
}

fn value(paint: &mut Paint<'_>) {
    let start = paint.at;
    let byte = paint.here();
    let next = paint.byte(start + 1);
    let signed = matches!(byte, b'-' | b'+' | b'.') && (next.is_ascii_digit() || next == b'.');
    if byte == b'#' {
        let end = paint.skip(start + 1, |byte| byte.is_ascii_hexdigit());
        if end > start + 3 && end <= start + 1 + MAX_HEX {
            paint.take(start, end, Class::Number);
        } else {
            paint.at += 1;
        }
    } else if byte == b'!' {
        let end = paint.skip(start + 1, is_name);
        paint.take(start, end, Class::Word);
    } else if byte.is_ascii_digit() || signed {
        let end = paint.skip(start + 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'%')
        });
        paint.take(start, end, Class::Number);
    } else if is_name(byte) || byte == b'$' {
        let end = paint.skip(start + 1, is_name);
        if byte == b'$' || (paint.byte(end) == b'(' && byte.is_ascii_alphabetic()) {
            paint.take(start, end, Class::Name);
        } else {
            paint.go(end);
        }
        // An address is text although it has no quotes.
        if paint.text(start, end) == "url" && paint.byte(end) == b'(' {
            let close = paint.skip(end + 1, |byte| !matches!(byte, b')' | b'\n' | b'"' | b'\''));
            paint.take(end + 1, close, Class::Text);
        }
    } else {
        paint.at += 1;
    }
}
