//! Opaque tokens: 32 random bytes, shown once, kept only as their SHA-256.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::random;

const TOKEN_BYTES: usize = 32;

/// A secret that opens something. Printed by nothing but [`Token::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<[u8; TOKEN_BYTES]>);

/// What is kept of a token. Looking one up by its hash needs no comparison in constant
/// time: who does not have the token cannot choose the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

impl Token {
    /// A new one.
    pub fn new() -> Self {
        Self(Zeroizing::new(random::bytes()))
    }

    /// Reads a token as a client sent it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
        let read = URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut()).ok()?;
        (read == TOKEN_BYTES).then_some(Self(bytes))
    }

    /// The token as text, for the one place it is shown or sent to.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_ref()))
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_ref()).into())
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_never_shown_by_accident() {
        let token = Token::new();
        let text = token.reveal();
        assert_eq!(text.len(), 43);
        assert_eq!(Token::parse(&text).unwrap().hash(), token.hash());
        assert!(!format!("{token:?}").contains(text.as_str()));
        for bad in ["", "abc", "!".repeat(43).as_str(), &format!("{}A", *text)] {
            assert_eq!(Token::parse(bad), None, "{bad}");
        }
    }
}
