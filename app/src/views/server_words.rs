//! A server's state in words: what it is, why, and what to do.

use domain::house::{Family, Server, ServerFault, ServerLink};

use crate::components::Tone;

/// A state in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LinkWord {
    pub(super) tone: Tone,
    pub(super) word: &'static str,
    pub(super) running: bool,
}

/// How we stand with a server.
pub(super) fn link_word(link: &ServerLink) -> LinkWord {
    let (tone, word, running) = match link {
        ServerLink::Disconnected => (Tone::Quiet, "Disconnected", false),
        ServerLink::Connecting { .. } => (Tone::Live, "Connecting", true),
        ServerLink::Connected { .. } => (Tone::Ok, "Connected", false),
        ServerLink::Error { .. } => (Tone::Bad, "Error", false),
    };
    LinkWord {
        tone,
        word,
        running,
    }
}

/// The protocol that a server speaks.
pub(super) fn family_word(family: Family) -> &'static str {
    match family {
        Family::V1 => "V1",
        Family::Hybrid => "V1 with first V2 routes",
        Family::V2 => "V2",
    }
}

/// The host and the port of an address: `127.0.0.1`, `4096`.
pub(super) fn host_and_port(address: &str) -> (String, String) {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !port.is_empty() => {
            (host.to_owned(), port.to_owned())
        }
        Some(_) | None => (
            authority.to_owned(),
            if scheme == "https" { "443" } else { "80" }.to_owned(),
        ),
    }
}

/// Why a server cannot be had, as a sentence, and the next step.
pub(super) fn trouble_of(server: &Server, fault: &ServerFault) -> (String, String) {
    let address = &server.address;
    let (what, next): (String, &str) = match fault {
        ServerFault::Refused => (
            format!("Nothing listens at {address}."),
            "Start OpenCode there (opencode serve), or check the port.",
        ),
        ServerFault::Unreachable => (
            format!("The host of {address} cannot be reached."),
            "Check its name, and that this machine is on its network.",
        ),
        ServerFault::TimedOut => (
            format!("The server at {address} did not answer in time."),
            "It may be busy or a firewall may drop what we send. It is tried again by itself.",
        ),
        ServerFault::Unauthorized => (
            "This server wants a password.".to_owned(),
            "Enter the user name and password that it was started with (OPENCODE_SERVER_PASSWORD).",
        ),
        ServerFault::NotOpenCode => (
            format!("A web page answered at {address}, not OpenCode."),
            "Check the address and the port: something else listens there.",
        ),
        ServerFault::Unsupported => (
            "This server speaks a protocol that this version of Nexus does not know.".to_owned(),
            "Update Nexus, or start a version of OpenCode that it knows.",
        ),
        ServerFault::Garbled => (
            format!("What answers at {address} makes no sense."),
            "It may not be OpenCode, or something between changes what it says.",
        ),
        ServerFault::Failed { status } => (
            format!("The server failed to answer (HTTP {status})."),
            "Look at OpenCode's own output on that machine. It is tried again by itself.",
        ),
        ServerFault::Ended => (
            "The server ended its stream of events.".to_owned(),
            "It may be restarting. It is tried again by itself.",
        ),
        ServerFault::Silent => (
            "The server fell silent.".to_owned(),
            "It may hang or the network may be gone. It is tried again by itself.",
        ),
        ServerFault::Exited { last_words } => (
            if last_words.is_empty() {
                "The OpenCode that Nexus had started has ended.".to_owned()
            } else {
                format!(
                    "The OpenCode that Nexus had started has ended: {}",
                    markdown::visible(last_words)
                )
            },
            "Connect starts it again.",
        ),
        ServerFault::NotStarted { why } => (
            format!("OpenCode could not be started: {}", markdown::visible(why)),
            "Install it (npm install -g opencode-ai) so that opencode is on the PATH, then connect.",
        ),
    };
    (what, next.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_as_host_and_port() {
        assert_eq!(
            host_and_port("http://127.0.0.1:4096"),
            ("127.0.0.1".into(), "4096".into())
        );
        assert_eq!(
            host_and_port("https://box.example/x"),
            ("box.example".into(), "443".into())
        );
        assert_eq!(
            host_and_port("http://[::1]:4096"),
            ("[::1]".into(), "4096".into())
        );
    }
}
