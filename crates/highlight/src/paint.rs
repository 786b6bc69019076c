//! The place in the text and the spans found so far: what every grammar reads from and writes to.

use crate::{Class, MAX_SPANS, Span};

/// A text, a place in it, and the spans behind that place.
#[derive(Debug)]
pub(crate) struct Paint<'a> {
    code: &'a str,
    /// The next byte to read.
    pub(crate) at: usize,
    /// One past the last byte that may be read: less than the text while a part of it (a script
    /// in a page, a fence in prose) is painted by another grammar.
    end: usize,
    spans: Vec<Span>,
    /// Counts the bytes looked at, so that a test can hold the whole to linear time.
    #[cfg(test)]
    pub(crate) steps: std::cell::Cell<usize>,
}

impl<'a> Paint<'a> {
    pub(crate) fn new(code: &'a str) -> Self {
        Self {
            code,
            at: 0,
            end: code.len(),
            spans: Vec::new(),
            #[cfg(test)]
            steps: std::cell::Cell::new(0),
        }
    }

    pub(crate) fn into_spans(self) -> Vec<Span> {
        self.spans
    }

    pub(crate) fn done(&self) -> bool {
        self.at >= self.end
    }

    /// The byte at a place, or 0 beyond the end. A 0 in the text itself is as good as any
    /// other byte without a meaning.
    pub(crate) fn byte(&self, at: usize) -> u8 {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        if at < self.end {
            self.code.as_bytes().get(at).copied().unwrap_or(0)
        } else {
            0
        }
    }

    /// The byte at the place.
    pub(crate) fn here(&self) -> u8 {
        self.byte(self.at)
    }

    /// The byte before a place, or a line end at the beginning.
    pub(crate) fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b'\n', |before| self.byte(before))
    }

    /// Whether the text goes on like this at a place.
    pub(crate) fn is(&self, at: usize, text: &str) -> bool {
        text.bytes()
            .zip(at..)
            .all(|(byte, at)| self.byte(at) == byte)
            && at + text.len() <= self.end
    }

    /// Whether the text goes on like this at the place.
    pub(crate) fn sees(&self, text: &str) -> bool {
        self.is(self.at, text)
    }

    /// The text between two places; empty if they are not on character borders.
    pub(crate) fn text(&self, start: usize, end: usize) -> &'a str {
        self.code.get(start..end).unwrap_or_default()
    }

    /// The first place from `at` on where the condition does not hold, or the end.
    pub(crate) fn skip(&self, mut at: usize, holds: impl Fn(u8) -> bool) -> usize {
        while at < self.end && holds(self.byte(at)) {
            at += 1;
        }
        at
    }

    /// The end of the line that a place is in (the place of its line end, or the end).
    pub(crate) fn line_end(&self, at: usize) -> usize {
        self.skip(at, |byte| byte != b'\n')
    }

    /// The first place from `at` on where `text` stands, or none.
    pub(crate) fn find(&self, mut at: usize, text: &str) -> Option<usize> {
        while at < self.end {
            if self.is(at, text) {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// Goes on to a place.
    pub(crate) fn go(&mut self, at: usize) {
        self.at = at.min(self.end);
    }

    /// Colours from `start` up to `end` and goes there.
    pub(crate) fn take(&mut self, start: usize, end: usize, class: Class) {
        self.go(end);
        self.mark(start, self.at, class);
    }

    /// Colours from `start` up to `end`, staying where it is. What touches the span before it
    /// and has its colour becomes part of that.
    pub(crate) fn mark(&mut self, start: usize, end: usize, class: Class) {
        if start >= end || self.spans.len() >= MAX_SPANS {
            return;
        }
        if let Some(last) = self.spans.last_mut()
            && last.start + last.len == start
            && last.class == class
        {
            last.len += end - start;
            return;
        }
        self.spans.push(Span {
            start,
            len: end - start,
            class,
        });
    }

    /// Lets another grammar paint from the place up to `end`.
    pub(crate) fn within(&mut self, end: usize, paint: impl FnOnce(&mut Self)) {
        let outer = self.end;
        self.end = end.min(outer);
        paint(self);
        self.at = self.end;
        self.end = outer;
    }
}

/// A blank that does not end a line.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// A byte of a plain word in any language; all of a character beyond ASCII counts.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
