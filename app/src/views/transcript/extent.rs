//! How much of a conversation is in the page: when more of it is asked for, and what is let
//! go of. Pure: sizes in, decisions out.

use std::ops::Range;

use crate::browser::scroll::{RowBox, Sight};

/// How far above the end one still counts as being there, in CSS pixels: less than two lines.
const NEAR_PX: f64 = 48.0;
/// More is asked for when less than this is left, in heights of what is seen: what a thumb
/// moves within the time an answer takes.
const ASK_WITHIN: f64 = 1.0;
/// Nothing is let go of within this distance of what is seen, in heights of that.
const KEEP_WITHIN: f64 = 1.5;
/// From how many elements in the page on rows are let go of. A passage adds up to about 400,
/// and a page must not have more than 1,500.
pub(super) const NODES_MAX: u32 = 1_000;
/// Down to how many.
const NODES_KEPT: u32 = 850;

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// What was said before.
    Earlier,
    /// What was said after.
    Later,
}

/// Whether the reader is at the end of the rows.
pub(super) fn is_at_end(sight: Sight) -> bool {
    sight.below <= NEAR_PX
}

/// What is asked for, where there is more: what is nearer to the reader.
pub(super) fn wanted(sight: Sight, earlier: bool, later: bool) -> Option<Want> {
    let reach = sight.height * ASK_WITHIN;
    let earlier = earlier && sight.above < reach;
    let later = later && sight.below < reach;
    match (earlier, later) {
        (true, true) if sight.below < sight.above => Some(Want::Later),
        (true, _) => Some(Want::Earlier),
        (false, true) => Some(Want::Later),
        (false, false) => None,
    }
}

/// Which rows are kept in a page of `nodes` elements; none where all are. What is farthest
/// from the reader goes first.
pub(super) fn kept(rows: &[RowBox], height: f64, mut nodes: u32) -> Option<Range<usize>> {
    let mut kept = 0..rows.len();
    if nodes <= NODES_MAX {
        return None;
    }
    while nodes > NODES_KEPT
        && let Some((first, last)) = rows.get(kept.start).zip(rows.get(kept.end - 1))
    {
        let (above, below) = (-first.bottom, last.top - height);
        if above.max(below) < height * KEEP_WITHIN {
            break;
        }
        if above >= below {
            kept.start += 1;
            nodes = nodes.saturating_sub(first.nodes);
        } else {
            kept.end -= 1;
            nodes = nodes.saturating_sub(last.nodes);
        }
    }
    (kept.len() < rows.len() && !kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sight(above: f64, below: f64) -> Sight {
        Sight {
            above,
            below,
            height: 800.0,
        }
    }

    #[test]
    fn more_is_asked_for_near_an_edge_behind_which_there_is_more() {
        assert_eq!(wanted(sight(5_000.0, 0.0), true, false), None);
        assert_eq!(wanted(sight(700.0, 0.0), true, false), Some(Want::Earlier));
        assert_eq!(wanted(sight(700.0, 0.0), false, false), None);
        assert_eq!(wanted(sight(700.0, 100.0), true, true), Some(Want::Later));
        assert_eq!(wanted(sight(100.0, 700.0), true, true), Some(Want::Earlier));
    }

    #[test]
    fn a_line_above_the_end_is_the_end() {
        assert!(is_at_end(sight(0.0, 20.0)));
        assert!(!is_at_end(sight(0.0, 200.0)));
    }

    proptest! {
        /// Whatever rows there are and wherever the reader is: what is seen and what is near
        /// stays, a page that is small stays whole, and what is asked for next is not what
        /// has just been let go of.
        #[test]
        fn what_is_near_stays(
            sizes in proptest::collection::vec((10_u32..600, 1_u32..60), 1..150),
            from in 0.0..1.0_f64,
            beside in 0_u32..400,
        ) {
            const HEIGHT: f64 = 800.0;
            let all: f64 = sizes.iter().map(|(height, _)| f64::from(*height)).sum();
            let seen_from = (all - HEIGHT).max(0.0) * from;
            let mut at = -seen_from;
            let rows: Vec<RowBox> = sizes.iter().map(|(height, nodes)| {
                let top = at;
                at += f64::from(*height);
                RowBox { top, bottom: at, nodes: *nodes }
            }).collect();
            let nodes = beside + rows.iter().map(|row| row.nodes).sum::<u32>();
            let kept = kept(&rows, HEIGHT, nodes);
            if nodes <= NODES_MAX {
                prop_assert_eq!(kept, None);
            } else if let Some(kept) = kept {
                for (n, row) in rows.iter().enumerate() {
                    let near = -row.bottom < HEIGHT * KEEP_WITHIN
                        && row.top - HEIGHT < HEIGHT * KEEP_WITHIN;
                    prop_assert!(!near || kept.contains(&n));
                }
                let left = Sight {
                    above: -rows[kept.start].top,
                    below: rows[kept.end - 1].bottom - HEIGHT,
                    height: HEIGHT,
                };
                let (earlier, later) = (kept.start > 0, kept.end < rows.len());
                prop_assert_eq!(wanted(left, earlier, later), None);
            }
        }
    }
}
