//! A text that still grows: its finished blocks are parsed once, only the tail again.

use std::sync::Arc;

use pulldown_cmark::Parser;

use crate::block::{Block, code_blocks_of};
use crate::read::{OPTIONS, parse, parse_finished, parse_from};

/// How far the blocks of `text` are final: the bytes before the answer parse alike however
/// the text goes on, and the parse of the text is that of both halves, one after the other.
///
/// 0 where that cannot be said: a definition (`[name]: address`) changes what stands before it.
pub fn split_finished(text: &str) -> usize {
    if may_define(text) {
        return 0;
    }
    let mut depth = 0_usize;
    let mut last = 0;
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        match event {
            pulldown_cmark::Event::Start(_) => {
                if depth == 0 {
                    last = block_start(text, range.start).unwrap_or(last);
                }
                depth += 1;
            }
            pulldown_cmark::Event::End(_) => depth = depth.saturating_sub(1),
            pulldown_cmark::Event::Rule => {
                if depth == 0 {
                    last = block_start(text, range.start).unwrap_or(last);
                }
            }
            pulldown_cmark::Event::Text(_)
            | pulldown_cmark::Event::Code(_)
            | pulldown_cmark::Event::InlineMath(_)
            | pulldown_cmark::Event::DisplayMath(_)
            | pulldown_cmark::Event::Html(_)
            | pulldown_cmark::Event::InlineHtml(_)
            | pulldown_cmark::Event::FootnoteReference(_)
            | pulldown_cmark::Event::SoftBreak
            | pulldown_cmark::Event::HardBreak
            | pulldown_cmark::Event::TaskListMarker(_) => {}
        }
    }
    last
}

/// The beginning of the line on which a block starts, if the text may be divided there: the
/// line before is blank, so nothing above reaches over, and the line itself is complete, so
/// that it cannot yet turn into a part of what stands above.
fn block_start(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?;
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let complete = text.get(line..)?.contains('\n');
    let above = text.get(..line)?.strip_suffix('\n')?;
    let blank = above
        .rsplit('\n')
        .next()
        .is_some_and(|last| last.trim().is_empty());
    (complete && blank).then_some(line)
}

/// Whether something in `text` may be the definition of a link or a footnote.
fn may_define(text: &str) -> bool {
    let mut opened = false;
    for line in text.lines() {
        let bare = line.trim_start_matches(|c: char| {
            c.is_whitespace() || c.is_ascii_digit() || ">-*+.)".contains(c)
        });
        // No name of one goes on beyond an empty line, and what is to be ticked has none.
        opened &= !bare.is_empty();
        opened |= bare.starts_with('[') && !bare.starts_with("[ ] ") && !bare.starts_with("[x] ");
        if opened && line.contains("]:") {
            return true;
        }
    }
    false
}

/// The blocks of a text that grows. Blocks that did not change keep their place in memory,
/// so that what draws them can tell by looking at the pointer.
#[derive(Clone, Debug, Default)]
pub struct Growing {
    /// The text whose blocks are final.
    finished: String,
    /// How many blocks that is.
    finished_blocks: usize,
    /// How many code blocks are among them.
    finished_code: u32,
    blocks: Vec<Arc<Block>>,
}

impl Growing {
    /// The blocks of a text that does not grow.
    pub fn whole(text: &str) -> Vec<Arc<Block>> {
        parse(text).into_iter().map(Arc::new).collect()
    }

    /// Takes the text as it is now. While it is `open`, what was finished before is not
    /// parsed again; when it is no longer, all of it is.
    pub fn update(&mut self, text: &str, open: bool) -> &[Arc<Block>] {
        if !open || !text.starts_with(self.finished.as_str()) {
            self.finished.clear();
            self.finished_blocks = 0;
            self.finished_code = 0;
        }
        if open {
            self.finish(text);
        }
        let tail = text.get(self.finished.len()..).unwrap_or_default();
        self.replace(self.finished_blocks, parse_from(tail, self.finished_code));
        &self.blocks
    }

    /// Moves what has become final out of the tail.
    fn finish(&mut self, text: &str) {
        let tail = text.get(self.finished.len()..).unwrap_or_default();
        let at = split_finished(tail);
        let Some(fresh) = tail.get(..at).filter(|fresh| !fresh.is_empty()) else {
            return;
        };
        let blocks = parse_finished(fresh, self.finished_code);
        let code = code_blocks_of(&blocks).len();
        let count = blocks.len();
        self.replace(self.finished_blocks, blocks);
        self.finished.push_str(fresh);
        self.finished_blocks += count;
        self.finished_code += u32::try_from(code).unwrap_or(u32::MAX);
    }

    /// Puts `fresh` in place of the blocks from `from` on, keeping those that are equal.
    fn replace(&mut self, from: usize, fresh: Vec<Block>) {
        let old = self.blocks.split_off(from.min(self.blocks.len()));
        let mut old = old.into_iter();
        self.blocks.extend(fresh.into_iter().map(|block| {
            old.next()
                .filter(|before| **before == block)
                .unwrap_or_else(|| Arc::new(block))
        }));
    }
}
