//! Addresses that forms lead to: those that a browser may be led to, told as it reads them.

use domain::question::Link;
use reqwest::Url;

/// The longest address that is shown as a link, in bytes: what browsers and servers take.
const URL_MAX_BYTES: usize = 2_048;

/// A page elsewhere. None where the address is no page of the web's, or says a name and a
/// password, which are there to look like a host.
pub(super) fn link(url: &str) -> Option<Link> {
    if url.len() > URL_MAX_BYTES {
        return None;
    }
    let url = Url::parse(url).ok()?;
    let is_page = matches!(url.scheme(), "https" | "http");
    if !is_page || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    // As it is asked for, so that letters which look like others cannot hide what it is.
    let host = url.host_str()?;
    Some(Link {
        host: match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        },
        url: url.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_are_links_and_their_host_is_the_real_one() {
        let host = |url: &str| link(url).map(|it| it.host);
        let of = |host: &str| Some(host.to_owned());
        assert_eq!(host("https://Example.com/in?a=1"), of("example.com"));
        assert_eq!(host("http://127.0.0.1:8080/"), of("127.0.0.1:8080"));
        // Cyrillic letters.
        assert_eq!(host("https://\u{430}pple.com"), of("xn--pple-43d.com"));
        assert_eq!(host("https:\\\\example.com\\@a.com"), of("example.com"));
        for other in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://example.com@evil.com/",
            "//example.com",
            "",
        ] {
            assert_eq!(link(other), None, "{other}");
        }
        assert_eq!(link(&format!("https://a.com/{}", "a".repeat(3_000))), None);
    }
}
