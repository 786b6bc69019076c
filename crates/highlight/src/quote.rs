//! Strings: where they end, and the pieces of code within them.

use crate::Class;
use crate::lexer::Lexer;
use crate::paint::is_word;
use crate::table::{CPP, Escape, Quote, RUST};

/// How many strings may be open around each other; deeper pieces of code are text. Nobody
/// writes four, and the list of open strings stays short.
const MAX_HOLES: usize = 8;
/// The most `#` around a raw string of Rust, and the longest mark of one of C++, in bytes.
const MAX_RAW_MARK: usize = 16;

/// A piece of code within a string.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hole {
    quote: &'static Quote,
    open: u8,
    close: u8,
    /// How many brackets were opened in it.
    depth: usize,
}

impl Lexer<'_, '_> {
    /// A string that begins here.
    pub(crate) fn string(&mut self) -> bool {
        let start = self.paint.at;
        // An apostrophe, not a quote.
        if self.paint.here() == b'\'' && is_word(self.paint.before(start)) {
            return false;
        }
        for quote in self.code.quotes {
            if quote.prefixes.is_empty() && self.paint.sees(quote.open) {
                self.paint.at += quote.open.len();
                self.inside(quote, start);
                return true;
            }
        }
        false
    }

    /// A string whose prefix is the word from `start` to `end`.
    pub(crate) fn prefixed_string(&mut self, start: usize, end: usize) -> bool {
        let next = self.paint.byte(end);
        let hash = next == b'#' && self.code.has(RUST);
        if !hash && !self.may_open(next) {
            return false;
        }
        let word = self.paint.text(start, end);
        if self.raw_string(word, start, end) {
            return true;
        }
        for quote in self.code.quotes {
            if quote.prefixes.contains(&word) && self.paint.is(end, quote.open) {
                self.paint.go(end + quote.open.len());
                self.inside(quote, start);
                return true;
            }
        }
        false
    }

    /// `r#"…"#` of Rust and `R"end(…)end"` of C++.
    fn raw_string(&mut self, word: &str, start: usize, end: usize) -> bool {
        let (mark, body) = if self.code.has(RUST) && matches!(word, "r" | "br" | "cr") {
            let quote = self.paint.skip(end, |byte| byte == b'#');
            if self.paint.byte(quote) != b'"' {
                return false;
            }
            (format!("\"{}", self.paint.text(end, quote)), quote + 1)
        } else if self.code.has(CPP) && word.ends_with('R') && word.len() <= 3 {
            let bracket = self.paint.skip(end + 1, is_word);
            if self.paint.byte(bracket) != b'(' {
                return false;
            }
            (
                format!("){}\"", self.paint.text(end + 1, bracket)),
                bracket + 1,
            )
        } else {
            return false;
        };
        if mark.len() > MAX_RAW_MARK {
            return false;
        }
        let close = self
            .paint
            .find(body, &mark)
            .map_or(usize::MAX, |at| at + mark.len());
        self.paint.take(start, close, Class::Text);
        self.last = b'a';
        true
    }

    /// The rest of a string, from the place on; `start` is where its colour begins.
    fn inside(&mut self, quote: &'static Quote, start: usize) {
        while !self.paint.done() {
            let byte = self.paint.here();
            if byte == b'\n' && !quote.lines {
                break;
            }
            if self.paint.sees(quote.close) {
                let end = self.paint.at + quote.close.len();
                if quote.escape == Escape::Doubled && self.paint.is(end, quote.close) {
                    self.paint.go(end + quote.close.len());
                    continue;
                }
                self.paint.go(end);
                let class = if self.was_key(end) {
                    Class::Name
                } else {
                    Class::Text
                };
                self.paint.mark(start, end, class);
                self.last = b'"';
                return;
            }
            if self.opens_hole(quote, start) {
                return;
            }
            let step = if byte == b'\\' && quote.escape == Escape::Backslash {
                2
            } else {
                1
            };
            let next = self.paint.at + step;
            self.paint.go(next);
        }
        let end = self.paint.at;
        self.paint.mark(start, end, Class::Text);
        self.last = b'"';
    }

    fn opens_hole(&mut self, quote: &'static Quote, start: usize) -> bool {
        let Some((open, close)) = quote.hole else {
            return false;
        };
        if self.holes.len() >= MAX_HOLES || !self.paint.sees(open) {
            return false;
        }
        let inner = self.paint.at + open.len();
        if open == "{" && self.paint.is(inner, open) {
            // Written twice it is the brace itself; the second is stepped over by the caller.
            self.paint.go(inner);
            return false;
        }
        self.paint.take(start, inner, Class::Text);
        let open = open.bytes().next_back().unwrap_or(b'{');
        self.holes.push(Hole {
            quote,
            open,
            close,
            depth: 0,
        });
        self.last = b'(';
        true
    }

    /// Brackets within a piece of code; at its closing one the string goes on.
    pub(crate) fn in_hole(&mut self, byte: u8) -> bool {
        let Some(hole) = self.holes.last_mut() else {
            return false;
        };
        if byte == hole.open {
            hole.depth += 1;
        } else if byte == hole.close {
            if hole.depth == 0 {
                let quote = hole.quote;
                self.holes.pop();
                let start = self.paint.at;
                self.paint.at += 1;
                self.inside(quote, start);
                return true;
            }
            hole.depth -= 1;
        }
        false
    }

    /// Ends what may not go on over a line end.
    pub(crate) fn close_line(&mut self) {
        if let Some(first) = self.holes.iter().position(|hole| !hole.quote.lines) {
            self.holes.truncate(first);
        }
    }
}
