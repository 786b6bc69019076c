//! Maps, sets and sorting that are little code.
//!
//! A device fetches its program, and `BTreeMap` and the standard sort bring a few kilobytes
//! of code for every type they are used with: 140 KB of the browser's program before this
//! module was there (`docs/decisions/0012-small-program.md`). What a mirror holds is some
//! hundred entries that mostly come in order, for which a sorted list does as well.

mod map;
mod set;

use std::cmp::Ordering;

pub use map::SortedMap;
pub use set::SortedSet;

/// Sorts by `compare`; what is equal keeps its order.
///
/// The work is done on places by one function for all types.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    sort_places(&mut order, &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        (None | Some(_), _) => Ordering::Equal,
    });
    put_in(&mut order, &mut |a, b| items.swap(a, b));
}

/// Sorts by a key; what has equal keys keeps its order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

#[inline(never)]
fn sort_places(order: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    order.sort_by(|a, b| compare(*a, *b));
}

/// Moves by swaps what `order` names first to the first place, and so on.
#[inline(never)]
fn put_in(order: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for place in 0..order.len() {
        // What lay at an earlier place was swapped to where that place's own came from.
        let mut from = place;
        loop {
            from = order.get(from).copied().unwrap_or(from);
            if from >= place {
                break;
            }
        }
        if let Some(known) = order.get_mut(place) {
            *known = from;
        }
        if from != place {
            swap(place, from);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_does(items in prop::collection::vec((0_u8..20, any::<u8>()), 0..200)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            let mut sorted = items;
            sort_by_key(&mut sorted, |item| item.0);
            prop_assert_eq!(sorted, expected);
        }
    }
}
