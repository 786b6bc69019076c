//! A server's state in words: what it is, why, and what to do.

use domain::connection::{Happening, Reach};
use domain::house::{Family, ServerFault, ServerLink};

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
        Family::V2 => "V2, new here",
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

/// How often something is done.
pub(super) fn interval_word(seconds: u32) -> String {
    match seconds {
        60 => "minute".to_owned(),
        seconds if seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} seconds"),
    }
}

/// Where an address leads, as a sentence.
pub(super) fn reach_words(reach: Reach) -> &'static str {
    match reach {
        Reach::Here => "It is on the machine that Nexus runs on.",
        Reach::Private => "It is in a private network.",
        Reach::Public => "It is in the internet.",
    }
}

/// What happened to a connection, in a few words and, where there is more to say, a sentence.
pub(super) fn happening_words(address: &str, what: &Happening) -> (Tone, &'static str, String) {
    match what {
        Happening::Connected { version } => (
            Tone::Ok,
            "Connected",
            version
                .as_ref()
                .map(|version| format!("OpenCode {version}"))
                .unwrap_or_default(),
        ),
        Happening::Lost { reason } => (Tone::Bad, "Lost", trouble_of(address, reason).0),
        Happening::LetGo => (Tone::Quiet, "Disconnected", "By you.".to_owned()),
        Happening::Repaired { events: 0 } => (
            Tone::Live,
            "Caught up",
            "Nothing had happened meanwhile.".to_owned(),
        ),
        Happening::Repaired { events: 1 } => (
            Tone::Live,
            "Caught up",
            "1 change was missed and read.".to_owned(),
        ),
        Happening::Repaired { events } => (
            Tone::Live,
            "Caught up",
            format!("{events} changes were missed and read."),
        ),
        Happening::VersionChanged { from, to } => {
            (Tone::News, "Other version", format!("From {from} to {to}."))
        }
    }
}

/// Why a server cannot be had, as a sentence, and the next step.
pub(super) fn trouble_of(address: &str, fault: &ServerFault) -> (String, String) {
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
