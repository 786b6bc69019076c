//! The id of a prompt.

use serde::{Deserialize, Serialize};

use crate::id::{MessageId, PartId};
use crate::time::Millis;

/// The id of a prompt, made by the device; it becomes OpenCode's own message id.
///
/// `msg_` + 12 hex digits + 14 letters or digits: the server's own format. 14 characters
/// of 36 make 72 bits of chance, so that ids of all devices differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PromptId(String);

/// A text that is no id of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a prompt is msg_ and 26 letters or digits")]
pub struct InvalidPromptId;

impl PromptId {
    const PREFIX: &'static str = "msg_";
    const TAIL: usize = 26;

    /// Makes an id from the time and 14 random bytes.
    pub fn new(now: Millis, random: [u8; 14]) -> Self {
        // The low 48 bits of milliseconds × 4096, as the server makes its own.
        let stamp = (now.0 << 12) & 0xffff_ffff_ffff;
        let mut id = format!("{}{stamp:012x}", Self::PREFIX);
        id.extend(random.iter().map(|byte| {
            let digit = u32::from(*byte) % 36;
            char::from_digit(digit, 36).unwrap_or('0')
        }));
        Self(id)
    }

    /// How long ago it was made, in milliseconds, as far as the id says so: it begins anew
    /// every two years.
    pub fn age(&self, now: Millis) -> Option<u64> {
        /// How many milliseconds the stamp counts before it begins anew.
        const ROUND: u64 = 1 << 36;
        /// How far the clock that made it may be ahead of ours: a day.
        const AHEAD: u64 = 24 * 60 * 60 * 1_000;
        let stamp = self.0.get(Self::PREFIX.len()..Self::PREFIX.len() + 12)?;
        let made = u64::from_str_radix(stamp, 16).ok()? >> 12;
        let age = (now.0 % ROUND + ROUND - made) % ROUND;
        Some(if age > ROUND - AHEAD { 0 } else { age })
    }

    /// The message that this prompt becomes.
    pub fn message(&self) -> MessageId {
        MessageId::new(self.0.as_str())
    }

    /// The id of the prompt's `n`-th part. OpenCode overwrites a repeated part with an id
    /// of its own and doubles one without, so each part has one.
    pub fn part(&self, n: u8) -> PartId {
        let tail = self.0.get(Self::PREFIX.len()..).unwrap_or_default();
        PartId::new(format!("prt_{tail}{n:02x}"))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PromptId {
    type Error = InvalidPromptId;

    fn try_from(id: String) -> Result<Self, InvalidPromptId> {
        let tail = id.strip_prefix(Self::PREFIX).ok_or(InvalidPromptId)?;
        if tail.len() == Self::TAIL && tail.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(id))
        } else {
            Err(InvalidPromptId)
        }
    }
}

impl From<PromptId> for String {
    fn from(id: PromptId) -> String {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_id_has_the_servers_own_format_and_survives_the_wire() {
        let id = PromptId::new(Millis(1_795_208_376_615), [7; 14]);
        assert_eq!(id.as_str().len(), 30);
        assert_eq!(PromptId::try_from(id.as_str().to_owned()), Ok(id.clone()));
        assert!(id.part(0).as_str().starts_with("prt_"));
        assert_ne!(id.part(0), id.part(1));
        assert!(PromptId::try_from("msg_../../etc".to_owned()).is_err());
    }

    #[test]
    fn a_prompt_id_says_how_old_it_is() {
        let now = Millis(1_795_208_376_615);
        let made = |at: u64| PromptId::new(Millis(at), [7; 14]).age(now);
        assert_eq!(made(now.0), Some(0));
        assert_eq!(made(now.0 - 40_000_000_000), Some(40_000_000_000));
        assert_eq!(made(now.0 + 5_000), Some(0), "a clock that is ahead");
        let other = PromptId::try_from("msg_zzzzzzzzzzzzzzzzzzzzzzzzzz".to_owned());
        assert_eq!(other.unwrap().age(now), None);
    }
}
