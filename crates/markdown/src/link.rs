//! Which links may be followed, and what the reader is told of them.

/// An address that may be opened in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The address.
    pub href: String,
    /// Its host (for `mailto:`, the address of the person).
    pub host: String,
}

/// The schemes that may be opened.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

impl Target {
    /// Checks an address: one of our schemes, a host, and no character that a browser
    /// would drop or that would make it read otherwise than it is.
    pub fn parse(address: &str) -> Option<Target> {
        let address = address.trim();
        let host = host_of(address)?;
        let sound = !host.is_empty() && address.chars().all(|c| !c.is_control() && !hides(c));
        sound.then(|| Target {
            href: address.to_owned(),
            host: host.to_owned(),
        })
    }

    /// The host, unless `text` already says it: a reader must see where a link leads.
    pub fn host_unless_said(&self, text: &str) -> Option<String> {
        let text = text.trim();
        let said = |whole: &str| {
            whole
                .strip_prefix(text)
                .is_some_and(|rest| !text.is_empty() && matches!(rest, "" | "/"))
        };
        let bare = SCHEMES
            .iter()
            .find_map(|scheme| strip_scheme(&self.href, scheme));
        let plain = said(&self.href) || bare.is_some_and(said) || text == self.host;
        (!plain).then(|| self.host.clone())
    }
}

/// The host of an address with one of our schemes, as a browser would understand it.
pub fn host_of(address: &str) -> Option<&str> {
    if let Some(person) = strip_scheme(address, "mailto:") {
        return Some(person.split('?').next().unwrap_or_default());
    }
    let rest = strip_scheme(address, "https://").or_else(|| strip_scheme(address, "http://"))?;
    // Browsers read a backslash as a slash, so the host ends there too.
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    Some(authority.rsplit('@').next().unwrap_or_default())
}

fn strip_scheme<'a>(address: &'a str, scheme: &str) -> Option<&'a str> {
    let head = address.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme)
        .then(|| address.get(scheme.len()..).unwrap_or_default())
}

/// Characters that reorder or hide what stands beside them.
pub(crate) fn hides(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A bare address found in running text.
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) target: Target,
}

/// The first bare `http` or `https` address in `text`.
pub(crate) fn find_bare(text: &str) -> Option<Found> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("http") {
        let start = from + at;
        from = start + "http".len();
        let before = text.get(..start)?.chars().next_back();
        if before.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let rest = text.get(start..)?;
        if !SCHEMES
            .iter()
            .take(2)
            .any(|scheme| rest.starts_with(scheme))
        {
            continue;
        }
        let len = rest
            .find(|c: char| c.is_whitespace() || c.is_control() || hides(c) || "<>\"`|".contains(c))
            .unwrap_or(rest.len());
        let address = without_trailing_marks(rest.get(..len)?);
        if let Some(target) = Target::parse(address) {
            return Some(Found {
                start,
                end: start + address.len(),
                target,
            });
        }
    }
    None
}

/// Marks at the end of an address belong to the sentence; a closing bracket belongs to the
/// address only if it was opened there.
fn without_trailing_marks(mut address: &str) -> &str {
    while let Some(last) = address.chars().next_back() {
        let drop = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => true,
            ')' => address.matches(')').count() > address.matches('(').count(),
            ']' => address.matches(']').count() > address.matches('[').count(),
            _ => false,
        };
        if !drop {
            break;
        }
        address = address
            .get(..address.len() - last.len_utf8())
            .unwrap_or_default();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_and_mail_addresses_may_be_opened() {
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example",
            "/settings",
            "src/main.rs",
            "https://",
            "https:///x",
            "https://a\u{202e}b.example",
            "blob:https://x",
            "",
        ] {
            assert_eq!(Target::parse(address), None, "{address:?}");
        }
        assert_eq!(
            Target::parse("HTTPS://x.example/a").unwrap().host,
            "x.example"
        );
        assert_eq!(
            Target::parse("mailto:a@b.example?subject=x").unwrap().host,
            "a@b.example"
        );
    }

    #[test]
    fn the_host_is_what_a_browser_would_ask() {
        assert_eq!(
            host_of("https://good.example@evil.example/"),
            Some("evil.example")
        );
        assert_eq!(
            host_of("https://evil.example\\@good.example/"),
            Some("evil.example")
        );
        assert_eq!(host_of("http://localhost:3000/x"), Some("localhost:3000"));
    }

    #[test]
    fn the_host_is_told_unless_the_text_says_it() {
        let target = Target::parse("https://docs.example/a").unwrap();
        assert_eq!(target.host_unless_said("https://docs.example/a"), None);
        assert_eq!(target.host_unless_said("docs.example/a"), None);
        assert_eq!(target.host_unless_said("docs.example"), None);
        assert_eq!(
            target.host_unless_said("the manual").as_deref(),
            Some("docs.example")
        );
        assert_eq!(
            target.host_unless_said("https://bank.example").as_deref(),
            Some("docs.example")
        );
        assert_eq!(
            target.host_unless_said("https://").as_deref(),
            Some("docs.example")
        );
    }

    #[test]
    fn a_bare_address_ends_before_the_sentence_does() {
        let found = |text: &str| find_bare(text).map(|f| f.target.href);
        assert_eq!(
            found("see https://a.example/x.").as_deref(),
            Some("https://a.example/x")
        );
        assert_eq!(
            found("(https://a.example/w_(x))").as_deref(),
            Some("https://a.example/w_(x)")
        );
        assert_eq!(found("xhttp://a.example"), None);
        assert_eq!(found("http and https:// alone"), None);
    }
}
