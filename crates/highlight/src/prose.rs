//! What goes line by line: patches, markdown, and what was typed at a prompt.

use crate::Class;
use crate::languages::{self, Grammar};
use crate::lexer;
use crate::paint::{Paint, is_blank};

/// The deepest heading.
const MAX_HEADING: usize = 6;

/// A patch: added lines are text, removed lines words, places names, the rest of the head notes.
pub(crate) fn patch(paint: &mut Paint<'_>) {
    const HEAD: [&str; 10] = [
        "+++",
        "---",
        "diff ",
        "index ",
        "new file",
        "deleted file",
        "rename ",
        "similarity ",
        "old mode",
        "new mode",
    ];
    lines(paint, |paint, start, end| {
        let class = if HEAD.iter().any(|head| paint.is(start, head)) {
            Some(Class::Note)
        } else {
            match paint.byte(start) {
                b'+' | b'>' => Some(Class::Text),
                b'-' | b'<' => Some(Class::Word),
                b'@' => Some(Class::Name),
                _ => None,
            }
        };
        if let Some(class) = class {
            paint.mark(start, end, class);
        }
    });
}

/// What was typed at a prompt is a command; what came back is plain.
pub(crate) fn console(paint: &mut Paint<'_>) {
    while !paint.done() {
        let start = paint.at;
        let end = paint.line_end(start);
        let prompt =
            matches!(paint.byte(start), b'$' | b'%' | b'#' | b'>') && paint.byte(start + 1) == b' ';
        if prompt {
            paint.go(start + 2);
            paint.within(end, |paint| lexer::paint(paint, languages::shell()));
        }
        paint.go(end + 1);
    }
}

/// Markdown: headings are words, code and addresses text, quotations notes; a fence is painted
/// in its own language.
pub(crate) fn markdown(paint: &mut Paint<'_>) {
    while !paint.done() {
        let start = paint.at;
        let end = paint.line_end(start);
        let first = paint.skip(start, is_blank);
        if paint.is(first, "```") || paint.is(first, "~~~") {
            fence(paint, first, end);
            continue;
        }
        match paint.byte(first) {
            b'#' => {
                let level = paint.skip(first, |byte| byte == b'#');
                if level <= first + MAX_HEADING && is_blank(paint.byte(level)) {
                    paint.mark(first, end, Class::Word);
                }
            }
            b'>' => paint.mark(first, end, Class::Note),
            _ => inline(paint, first, end),
        }
        paint.go(end + 1);
    }
}

fn fence(paint: &mut Paint<'_>, mark: usize, line_end: usize) {
    let quote = paint.byte(mark);
    let info = paint.skip(mark, |byte| byte == quote);
    let close = paint.text(mark, info);
    paint.take(mark, line_end, Class::Note);
    paint.go(line_end + 1);
    let mut end = paint.at;
    loop {
        let line = end;
        let first = paint.skip(line, is_blank);
        if paint.is(first, close) || paint.line_end(line) == line && paint.byte(line) != b'\n' {
            break;
        }
        end = paint.line_end(line) + 1;
    }
    let language = paint.text(info, line_end).trim();
    match languages::find(language) {
        // A fence in a fence: once is enough.
        None | Some(Grammar::Markdown) => paint.go(end),
        Some(grammar) => paint.within(end, |paint| grammar.paint(paint)),
    }
    let line_end = paint.line_end(end);
    paint.take(end, line_end, Class::Note);
    paint.go(line_end + 1);
}

/// Code between backticks, and addresses of links.
fn inline(paint: &mut Paint<'_>, start: usize, end: usize) {
    let mut at = start;
    // What is not closed once is not closed later on the line either.
    let mut may_link = true;
    while at < end {
        let (close, from) = match paint.byte(at) {
            b'`' => (b'`', at),
            b'(' if may_link && paint.before(at) == b']' => (b')', at + 1),
            _ => {
                at += 1;
                continue;
            }
        };
        let found = paint.skip(at + 1, |byte| byte != close && byte != b'\n');
        if found >= end {
            if close == b'`' {
                return;
            }
            may_link = false;
            at += 1;
            continue;
        }
        paint.mark(
            from,
            if close == b'`' { found + 1 } else { found },
            Class::Text,
        );
        at = found + 1;
    }
}

fn lines(paint: &mut Paint<'_>, each: impl Fn(&mut Paint<'_>, usize, usize)) {
    while !paint.done() {
        let start = paint.at;
        let end = paint.line_end(start);
        each(paint, start, end);
        paint.go(end + 1);
    }
}
