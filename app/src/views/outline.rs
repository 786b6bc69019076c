//! Headings of a text in an order without gaps: whoever walks a page by its headings must
//! not fall into a hole, whatever levels a model chose.

use std::sync::Arc;

use markdown::Block;

/// The level of the first heading of a text: the page's own is 1.
const TOP: u8 = 2;
/// The deepest level there is.
const DEEPEST: u8 = 6;

/// A block and, for a heading, the level it is drawn at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) block: Arc<Block>,
    pub(super) level: u8,
}

/// Gives each heading its level: one deeper than the one above it that is higher.
pub(super) fn placed(blocks: &[Arc<Block>]) -> Vec<Placed> {
    // Ascending by the level in the text: what was drawn for it.
    let mut above: Vec<(u8, u8)> = Vec::new();
    blocks
        .iter()
        .map(|block| {
            let mut level = 0;
            if let Block::Heading { level: own, .. } = block.as_ref() {
                above.retain(|(before, _)| before <= own);
                level = match above.last() {
                    Some((before, drawn)) if before == own => *drawn,
                    Some((_, drawn)) => (drawn + 1).min(DEEPEST),
                    None => TOP,
                };
                above.retain(|(before, _)| before < own);
                above.push((*own, level));
            }
            Placed {
                block: Arc::clone(block),
                level,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_never_skip_a_level() {
        let blocks = markdown::Growing::whole("### a\n\n##### b\n\n# c\n\n###### d\n\n### e\n");
        let levels: Vec<u8> = placed(&blocks).iter().map(|placed| placed.level).collect();
        assert_eq!(levels, [2, 3, 2, 3, 3]);
    }
}
