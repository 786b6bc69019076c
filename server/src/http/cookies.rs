//! The two cookies: the session's and the browser's. On https they carry the `__Host-`
//! prefix; on plain http (loopback) browsers would not keep such a cookie, so there they
//! have names of their own, which are never accepted on https.

use axum::http::{HeaderMap, HeaderValue, header};

use super::names::{Arrival, Origin, Scheme};
use crate::auth::{Opened, Renewed, SESSION_KEPT_MS, Token};

/// How long a browser is remembered as one of the owner's: as long as browsers allow.
const DEVICE_SECONDS: u64 = 400 * 24 * 60 * 60;

/// Which cookie.
#[derive(Clone, Copy, Debug)]
pub enum Cookie {
    /// Who has it is the owner.
    Session,
    /// Who has it has signed in before; opens nothing by itself.
    Device,
}

/// How long the browser keeps a cookie.
#[derive(Clone, Copy, Debug)]
enum Keep {
    UntilClosed,
    Seconds(u64),
}

/// Where cookies are set and read: what their names depend on.
#[derive(Clone, Copy, Debug)]
pub struct Jar {
    secure: bool,
    port: u16,
}

impl Jar {
    /// For a request that came under `origin`.
    pub fn of(origin: &Origin, arrival: Arrival) -> Self {
        Self {
            secure: origin.scheme == Scheme::Https,
            port: arrival.local.port(),
        }
    }

    /// A cookie's name. Browsers send cookies of one host to all its ports; on loopback
    /// the port in the name keeps two servers from signing each other out.
    fn name(self, cookie: Cookie) -> String {
        let name = match cookie {
            Cookie::Session => "session",
            Cookie::Device => "device",
        };
        if self.secure {
            format!("__Host-{name}")
        } else {
            format!("nexus-{name}-{}", self.port)
        }
    }

    /// The token in a cookie of a request.
    pub fn read(self, headers: &HeaderMap, cookie: Cookie) -> Option<Token> {
        let name = self.name(cookie);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .and_then(|(_, value)| Token::parse(value))
    }

    /// Sets the cookies of a session that was opened.
    pub fn open(self, headers: &mut HeaderMap, opened: &Opened) {
        self.set_session(headers, &opened.session, opened.kept);
        if let Some(device) = &opened.device {
            let keep = Keep::Seconds(DEVICE_SECONDS);
            self.set(headers, Cookie::Device, &device.reveal(), keep);
        }
    }

    /// Sets the cookie of a session that got another token.
    pub fn renew(self, headers: &mut HeaderMap, renewed: &Renewed) {
        self.set_session(headers, &renewed.token, renewed.kept);
    }

    /// Takes the session's cookie away.
    pub fn close(self, headers: &mut HeaderMap) {
        self.set(headers, Cookie::Session, "", Keep::Seconds(0));
    }

    fn set_session(self, headers: &mut HeaderMap, token: &Token, kept: bool) {
        let keep = if kept {
            Keep::Seconds(SESSION_KEPT_MS / 1000)
        } else {
            Keep::UntilClosed
        };
        self.set(headers, Cookie::Session, &token.reveal(), keep);
    }

    fn set(self, headers: &mut HeaderMap, cookie: Cookie, value: &str, keep: Keep) {
        // Lax for the session: links from a notification or a chat must arrive signed in.
        let site = match cookie {
            Cookie::Session => "Lax",
            Cookie::Device => "Strict",
        };
        let mut text = format!(
            "{}={value}; Path=/; HttpOnly; SameSite={site}",
            self.name(cookie)
        );
        if self.secure {
            text.push_str("; Secure");
        }
        if let Keep::Seconds(seconds) = keep {
            text = format!("{text}; Max-Age={seconds}");
        }
        if let Ok(mut value) = HeaderValue::from_str(&text) {
            value.set_sensitive(true);
            headers.append(header::SET_COOKIE, value);
        }
    }
}
