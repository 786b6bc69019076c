//! Lists and texts that nobody meant to be long, cut so that they fit an event, with a word
//! of what was left out.

use super::tool::cut;

/// What an entry of a list takes beside its text, in bytes: quotes, names of fields.
pub(crate) const ENTRY_BYTES: usize = 32;

/// `text`, cut where it is longer than `max` bytes.
pub(crate) fn text(text: String, max: usize) -> String {
    if text.len() <= max {
        return text;
    }
    let head = cut(&text, max);
    let left = text.len() - head.len();
    format!("{head}… ({left} bytes more)")
}

/// As many of `items` as fit `max` bytes, by what each takes, the first in any case; then
/// what is made of how many were left out.
pub(crate) fn list<T>(
    items: impl IntoIterator<Item = T>,
    max: usize,
    takes: impl Fn(&T) -> usize,
    more: impl FnOnce(String) -> T,
) -> Vec<T> {
    let mut room = max;
    let mut kept = Vec::new();
    let mut items = items.into_iter();
    while let Some(item) = items.next() {
        let size = ENTRY_BYTES + takes(&item);
        if size > room && !kept.is_empty() {
            let left = 1 + items.count();
            kept.push(more(format!("… and {left} more")));
            break;
        }
        room = room.saturating_sub(size);
        kept.push(item);
    }
    kept
}

/// The same of texts, none of which is longer than all may be.
pub(crate) fn texts(items: Vec<String>, max: usize) -> Vec<String> {
    let items = items.into_iter().map(|item| text(item, max));
    list(items, max, String::len, |word| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_as_it_is_and_the_rest_is_counted() {
        let items = |n: usize| vec!["w".repeat(68); n];
        assert_eq!(texts(items(10), 1_000), items(10));
        let mut most = items(10);
        most.push("… and 5 more".to_owned());
        assert_eq!(texts(items(15), 1_000), most);
    }

    #[test]
    fn a_text_says_how_much_of_it_was_left_out() {
        assert_eq!(text("short".to_owned(), 5), "short");
        assert_eq!(text("longer".to_owned(), 5), "longe… (1 bytes more)");
        let one = texts(vec!["ä".repeat(50)], 21);
        assert_eq!(one, [format!("{}… (80 bytes more)", "ä".repeat(10))]);
    }
}
