//! Data that a page carries for the program, as JSON in a script element that no browser
//! runs.

#[cfg(any(feature = "ssr", test))]
use serde::Serialize;

/// The element that says that the page can be taken over only with what is rare.
pub(crate) const RARE_ID: &str = "nexus-rare";
/// The element with the page's snapshot.
pub(crate) const SNAPSHOT_ID: &str = "nexus-snapshot";
/// The element with what `/login` shows.
pub(crate) const SIGN_IN_ID: &str = "nexus-sign-in";
/// The element with what `/setup` shows.
pub(crate) const SETUP_ID: &str = "nexus-setup";

/// `data` as JSON that cannot end its element: whatever an agent or a file says, there is
/// no `<` in it.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn json<T: Serialize>(data: &T) -> String {
    // A `<` stands only in strings, where it may be written so.
    serde_json::to_string(data)
        .unwrap_or_default()
        .replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_cannot_leave_its_element_and_comes_back_whole() {
        for hostile in [
            "</script><script>alert(1)</script>",
            "<!--<script>",
            "</SCRIPT\t>",
            "\u{2028} & \" \\u003c <\\/script>",
            "]]>",
        ] {
            let written = json(&hostile);
            assert!(!written.contains('<'), "{written}");
            let back: String = serde_json::from_str(&written).unwrap();
            assert_eq!(back, hostile);
        }
    }
}
