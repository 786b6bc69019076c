//! Markup: tags, attributes' values, entities, comments; scripts and styles in their own tables.

use crate::Class;
use crate::css;
use crate::languages;
use crate::lexer;
use crate::paint::{Paint, is_word};

/// The longest entity, in bytes (`&CounterClockwiseContourIntegral;`).
const MAX_ENTITY: usize = 33;

/// Paints a page; in `xml` scripts and styles are tags like any other.
pub(crate) fn paint(paint: &mut Paint<'_>, xml: bool) {
    while !paint.done() {
        let start = paint.at;
        match paint.here() {
            b'<' if paint.sees("<!--") => {
                let close = paint.find(start + 4, "-->").map_or(usize::MAX, |at| at + 3);
                paint.take(start, close, Class::Note);
            }
            b'<' if paint.sees("<![CDATA[") => {
                let close = paint.find(start, "]]>").map_or(usize::MAX, |at| at + 3);
                paint.take(start, close, Class::Text);
            }
            b'<' if matches!(paint.byte(start + 1), b'!' | b'?') => {
                let end = paint.skip(start + 2, is_word);
                paint.take(start, end, Class::Word);
                attributes(paint);
            }
            b'<' => tag(paint, xml),
            b'&' => entity(paint),
            _ => paint.at += 1,
        }
    }
}

fn tag(paint: &mut Paint<'_>, xml: bool) {
    let start = paint.at;
    let closing = paint.byte(start + 1) == b'/';
    let name = if closing { start + 2 } else { start + 1 };
    if !paint.byte(name).is_ascii_alphabetic() {
        paint.at += 1;
        return;
    }
    let end = paint.skip(name, |byte| {
        is_word(byte) || matches!(byte, b'-' | b':' | b'.')
    });
    paint.take(name, end, Class::Name);
    let element = paint.text(name, end);
    attributes(paint);
    if closing || xml || paint.before(paint.at) != b'>' {
        return;
    }
    if element.eq_ignore_ascii_case("script") {
        body(paint, "</script", |paint| {
            lexer::paint(paint, languages::script());
        });
    } else if element.eq_ignore_ascii_case("style") {
        body(paint, "</style", |paint| css::paint(paint, false));
    }
}

/// The attributes up to and with the `>`.
fn attributes(paint: &mut Paint<'_>) {
    while !paint.done() {
        let start = paint.at;
        match paint.here() {
            b'>' => {
                paint.at += 1;
                return;
            }
            // The tag was left open: another begins.
            b'<' => return,
            quote @ (b'"' | b'\'') if !is_word(paint.before(start)) => {
                let close = paint.skip(start + 1, |byte| byte != quote);
                paint.take(start, close + 1, Class::Text);
            }
            _ => paint.at += 1,
        }
    }
}

fn body(paint: &mut Paint<'_>, close: &str, inner: impl FnOnce(&mut Paint<'_>)) {
    let end = paint.find(paint.at, close).unwrap_or(usize::MAX);
    paint.within(end, inner);
}

fn entity(paint: &mut Paint<'_>) {
    let start = paint.at;
    let limit = start + MAX_ENTITY;
    let mut end = start + 1;
    while end < limit && (paint.byte(end).is_ascii_alphanumeric() || paint.byte(end) == b'#') {
        end += 1;
    }
    if paint.byte(end) == b';' && end > start + 1 {
        paint.take(start, end + 1, Class::Number);
    } else {
        paint.at += 1;
    }
}
