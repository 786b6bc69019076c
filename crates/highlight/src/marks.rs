//! Comments, and what a mark begins: characters, decorators, regular expressions, tags, heredocs.

use crate::Class;
use crate::lexer::Lexer;
use crate::paint::{is_blank, is_word};
use crate::table::{NESTED, SHELL, SPACED_NOTES};

/// The longest regular expression that is recognised, in bytes: one that has not ended by then
/// was a division.
const MAX_REGEX: usize = 256;
/// The longest mark that ends a heredoc, in bytes.
const MAX_HEREDOC_MARK: usize = 64;

impl Lexer<'_, '_> {
    pub(crate) fn note(&mut self) -> bool {
        let start = self.paint.at;
        for (open, close) in self.code.blocks {
            if self.paint.sees(open) {
                self.block_note(open, close);
                return true;
            }
        }
        let spaced = self.code.has(SPACED_NOTES);
        if spaced && !matches!(self.paint.before(start), b' ' | b'\t' | b'\n' | b';') {
            return false;
        }
        if self.code.notes.iter().any(|note| self.paint.sees(note)) {
            let end = self.paint.line_end(start);
            self.paint.take(start, end, Class::Note);
            return true;
        }
        false
    }

    fn block_note(&mut self, open: &str, close: &str) {
        let start = self.paint.at;
        let mut depth = 1_usize;
        self.paint.at += open.len();
        while depth > 0 && !self.paint.done() {
            if self.paint.sees(close) {
                depth -= 1;
                self.paint.at += close.len();
            } else if self.code.has(NESTED) && self.paint.sees(open) {
                depth += 1;
                self.paint.at += open.len();
            } else {
                self.paint.at += 1;
            }
        }
        let end = self.paint.at;
        self.paint.take(start, end, Class::Note);
    }

    /// `'c'`, `'\n'`; of `'name` the quote and the word stay plain.
    pub(crate) fn character(&mut self) -> bool {
        let start = self.paint.at;
        let body = if self.paint.byte(start + 1) == b'\\' {
            let escaped = if self.paint.byte(start + 2) == b'\n' {
                start + 2
            } else {
                start + 3
            };
            self.paint.skip(escaped, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'{' | b'}')
            })
        } else {
            let beyond_ascii = self.paint.byte(start + 1) >= 0x80;
            let first = start + 2;
            if beyond_ascii {
                let limit = first + 3;
                let mut end = first;
                while end < limit && (0x80..0xc0).contains(&self.paint.byte(end)) {
                    end += 1;
                }
                end
            } else {
                first
            }
        };
        if self.paint.byte(body) == b'\'' && self.paint.byte(start + 1) != b'\n' {
            self.paint.take(start, body + 1, Class::Text);
            self.last = b'a';
        } else {
            let end = self.paint.skip(start + 1, is_word);
            self.paint.go(end);
        }
        true
    }

    /// `@name.of.it`.
    pub(crate) fn decorator(&mut self) -> bool {
        let start = self.paint.at;
        if !self.paint.byte(start + 1).is_ascii_alphabetic() || is_word(self.paint.before(start)) {
            return false;
        }
        let end = self
            .paint
            .skip(start + 1, |byte| is_word(byte) || byte == b'.');
        self.paint.take(start, end, Class::Name);
        self.last = b'a';
        true
    }

    pub(crate) fn regex(&mut self) -> bool {
        let start = self.paint.at;
        let operand = is_word(self.last) || matches!(self.last, b')' | b']' | b'}' | b'"' | b'<');
        if operand || start < self.no_regex_before || is_blank(self.paint.byte(start + 1)) {
            return false;
        }
        let limit = start + MAX_REGEX;
        let mut at = start + 1;
        let mut in_set = false;
        while at < limit {
            match self.paint.byte(at) {
                b'\n' | 0 => break,
                b'\\' if self.paint.byte(at + 1) != b'\n' => at += 1,
                b'[' => in_set = true,
                b']' => in_set = false,
                b'/' if !in_set => {
                    let end = self.paint.skip(at + 1, |byte| byte.is_ascii_lowercase());
                    self.paint.take(start, end, Class::Text);
                    self.last = b'a';
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        self.no_regex_before = at;
        false
    }

    pub(crate) fn tag(&mut self) -> bool {
        let start = self.paint.at;
        let name = if self.paint.byte(start + 1) == b'/' {
            start + 2
        } else {
            start + 1
        };
        if !self.paint.byte(name).is_ascii_alphabetic() {
            return false;
        }
        // `a < b` is a comparison and `f()<T>` a call; a closing tag cannot be mistaken.
        let operand = is_word(self.paint.before(start)) || matches!(self.last, b'a' | b')');
        if name == start + 1 && operand {
            return false;
        }
        let end = self
            .paint
            .skip(name, |byte| is_word(byte) || matches!(byte, b'.' | b'-'));
        self.paint.take(name, end, Class::Name);
        self.last = b'a';
        self.in_tag = true;
        true
    }

    /// The `>` of a tag, and the prose behind it on the line.
    pub(crate) fn tag_end(&mut self) -> bool {
        let start = self.paint.at;
        if self.paint.before(start) == b'=' {
            return false;
        }
        let prose = |byte| !matches!(byte, b'<' | b'{' | b'}' | b'(' | b')' | b';' | b'\n');
        let end = self.paint.skip(start + 1, prose);
        self.paint.go(end);
        self.last = b'>';
        self.in_tag = false;
        true
    }

    /// `<<END`, `<<~END`, `<<-'END'`, `<<<END`; the body begins on the next line.
    pub(crate) fn heredoc_mark(&mut self) -> bool {
        let start = self.paint.at;
        if !self.paint.sees("<<") {
            return false;
        }
        let mut at = self.paint.skip(start, |byte| byte == b'<');
        if at > start + 3 || (at == start + 3 && self.code.has(SHELL)) {
            self.paint.go(at);
            self.last = b'<';
            return true;
        }
        if matches!(self.paint.byte(at), b'-' | b'~') {
            at += 1;
        }
        if matches!(self.paint.byte(at), b'\'' | b'"') {
            at += 1;
        }
        let end = self.paint.skip(at, is_word);
        let mark = self.paint.text(at, end);
        let named = mark
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_uppercase());
        if !named || mark.len() > MAX_HEREDOC_MARK {
            return false;
        }
        self.heredoc = Some(mark);
        let end = if matches!(self.paint.byte(end), b'\'' | b'"') {
            end + 1
        } else {
            end
        };
        self.paint.take(start, end, Class::Text);
        self.last = b'a';
        true
    }

    pub(crate) fn heredoc_body(&mut self, mark: &str) {
        let start = self.paint.at;
        while !self.paint.done() {
            let line = self.paint.at;
            let word = self.paint.skip(line, is_blank);
            let after = word + mark.len();
            if self.paint.is(word, mark) && !is_word(self.paint.byte(after)) {
                self.paint.take(start, after, Class::Text);
                self.last = b'a';
                return;
            }
            let end = self.paint.line_end(line);
            self.paint.go(end + 1);
        }
        let end = self.paint.at;
        self.paint.take(start, end, Class::Text);
    }

    /// `:name`, but not `a ? b :name` and not `::name`.
    pub(crate) fn symbol_name(&mut self) -> bool {
        let start = self.paint.at;
        let before = self.paint.before(start);
        let begins = self.paint.byte(start + 1).is_ascii_alphabetic();
        if !begins || is_word(before) || matches!(before, b':' | b')' | b']' | b'"') {
            return false;
        }
        let end = self.paint.skip(start + 1, |byte| {
            is_word(byte) || matches!(byte, b'?' | b'!')
        });
        self.paint.take(start, end, Class::Number);
        self.last = b'a';
        true
    }

    pub(crate) fn make_variable(&mut self) -> bool {
        let start = self.paint.at;
        if !matches!(self.paint.byte(start + 1), b'(' | b'{') {
            return false;
        }
        let end = self.paint.skip(start + 2, is_word);
        if matches!(self.paint.byte(end), b')' | b'}') {
            self.paint.take(start, end + 1, Class::Name);
            return true;
        }
        false
    }
}
