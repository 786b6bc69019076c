//! Where to go after signing in: a path of ours, never another site.

/// The longest path that is carried along, in bytes.
const NEXT_MAX_BYTES: usize = 2048;

/// `next` if it is a path of ours that a browser cannot take for another host.
pub(super) fn local(next: &str) -> Option<&str> {
    let begins_well = next.starts_with('/') && !next.starts_with("//");
    let harmless = !next.contains('\\') && !next.contains(|c: char| c.is_control());
    (begins_well && harmless && next.len() <= NEXT_MAX_BYTES).then_some(next)
}

/// Percent-encodes a path as the value in a query.
pub(super) fn encode(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_returns_to_paths_of_ours_only() {
        for (next, allowed) in [
            ("/", true),
            ("/s/a/b?x=1#y", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("/a\\b", false),
            ("https://evil.example", false),
            ("javascript:alert(1)", false),
            ("/\tx", false),
            ("/\n/evil.example", false),
            ("", false),
        ] {
            assert_eq!(local(next).is_some(), allowed, "{next:?}");
        }
    }

    #[test]
    fn a_path_is_carried_in_a_query() {
        assert_eq!(encode("/s/a?b=c&d"), "/s/a%3Fb%3Dc%26d");
    }
}
