//! JSON as JavaScript may write it: a text that was cut between the halves of a character
//! beyond the first 65,536 goes out as a lone half (`\ud83d`), which no string of ours can
//! hold. It becomes the replacement character; the snapshot that closes a text has the
//! character whole.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

/// What stands for half a character.
const REPLACEMENT: &str = "\\ufffd";

/// Reads JSON, lone halves of characters included.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T, serde_json::Error> {
    match serde_json::from_str(json) {
        Err(error) if !error.is_data() => match mended(json) {
            Cow::Owned(mended) => serde_json::from_str(&mended),
            Cow::Borrowed(_) => Err(error),
        },
        read => read,
    }
}

/// The same JSON without lone halves; borrowed where there was none.
fn mended(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    // Up to where `json` has been taken over.
    let mut taken = 0;
    let mut at = 0;
    let bytes = json.as_bytes();
    while let Some(step) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|byte| *byte == b'\\'))
    {
        at += step;
        let Some(unit) = unit_at(bytes, at) else {
            // Another escape: its second byte may be a backslash itself.
            at += 2;
            continue;
        };
        let pair = is_first(unit) && unit_at(bytes, at + 6).is_some_and(is_second);
        if pair {
            at += 12;
            continue;
        }
        if is_first(unit) || is_second(unit) {
            mended.push_str(json.get(taken..at).unwrap_or_default());
            mended.push_str(REPLACEMENT);
            taken = at + 6;
        }
        at += 6;
    }
    if taken == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(json.get(taken..).unwrap_or_default());
    Cow::Owned(mended)
}

/// The number of the escape `\uXXXX` at `at`, if there is one.
fn unit_at(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn is_first(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_second(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_costs_itself_and_nothing_else() {
        for (json, text) in [
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""\ude00b""#, "\u{fffd}b"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}🦀"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\\ud83d \ud83d""#, "\\ud83d \u{fffd}"),
            (r#""\ud83d\ude00 whole""#, "🦀 whole"),
        ] {
            let crab = text.replace('🦀', "\u{1f600}");
            assert_eq!(read::<String>(json).unwrap(), crab, "{json}");
        }
    }

    #[test]
    fn what_is_no_json_stays_no_json() {
        for json in [r#""\ud83"#, r#""\ud83d"#, "{", r#""\x""#, "\"\\"] {
            assert!(read::<String>(json).is_err(), "{json}");
        }
        assert!(read::<u8>(r#""\ud83d""#).is_err());
    }
}
