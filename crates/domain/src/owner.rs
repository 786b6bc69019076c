//! The owner's name and password, parsed once. The estimate of a password's strength is
//! the server's: its dictionary is large.

use serde::{Deserialize, Serialize};

/// The longest user name, in characters.
pub const USER_NAME_MAX_CHARS: usize = 64;
/// The shortest password, in characters.
pub const PASSWORD_MIN_CHARS: usize = 8;
/// The longest password, in characters: hashing must have a bound.
pub const PASSWORD_MAX_CHARS: usize = 128;

/// The owner's user name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserName(String);

/// Why a text is no user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUserName {
    /// Nothing.
    #[error("Choose a user name.")]
    Empty,
    /// Longer than [`USER_NAME_MAX_CHARS`].
    #[error("A user name has at most {USER_NAME_MAX_CHARS} characters.")]
    TooLong,
    /// Line breaks and the like.
    #[error("A user name has no control characters.")]
    Control,
}

impl UserName {
    /// Checks a name; white space around it is dropped.
    pub fn parse(name: &str) -> Result<Self, InvalidUserName> {
        let name = name.trim();
        if name.is_empty() {
            return Err(InvalidUserName::Empty);
        }
        if name.chars().count() > USER_NAME_MAX_CHARS {
            return Err(InvalidUserName::TooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidUserName::Control);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a new password lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFlaw {
    /// Shorter than [`PASSWORD_MIN_CHARS`].
    #[error("at least {PASSWORD_MIN_CHARS} characters")]
    TooShort,
    /// Longer than [`PASSWORD_MAX_CHARS`].
    #[error("at most {PASSWORD_MAX_CHARS} characters")]
    TooLong,
    /// No upper-case letter.
    #[error("an upper-case letter")]
    NoUpper,
    /// No lower-case letter.
    #[error("a lower-case letter")]
    NoLower,
    /// No digit.
    #[error("a digit")]
    NoDigit,
}

/// Everything that `password` lacks; empty where it meets the rule. It is never trimmed
/// or cut, and any character is allowed.
pub fn password_flaws(password: &str) -> Vec<PasswordFlaw> {
    let chars = password.chars().count();
    [
        (chars < PASSWORD_MIN_CHARS, PasswordFlaw::TooShort),
        (chars > PASSWORD_MAX_CHARS, PasswordFlaw::TooLong),
        (
            !password.chars().any(char::is_uppercase),
            PasswordFlaw::NoUpper,
        ),
        (
            !password.chars().any(char::is_lowercase),
            PasswordFlaw::NoLower,
        ),
        (
            !password.chars().any(char::is_numeric),
            PasswordFlaw::NoDigit,
        ),
    ]
    .into_iter()
    .filter_map(|(lacks, flaw)| lacks.then_some(flaw))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_told_everything_it_lacks_at_once() {
        assert_eq!(
            password_flaws("abc"),
            [
                PasswordFlaw::TooShort,
                PasswordFlaw::NoUpper,
                PasswordFlaw::NoDigit
            ]
        );
        assert_eq!(password_flaws("Ünïcödé 7 "), []);
        assert_eq!(password_flaws(&"aA1".repeat(43)), [PasswordFlaw::TooLong]);
    }

    #[test]
    fn a_user_name_is_trimmed_and_bounded() {
        assert_eq!(UserName::parse("  me ").unwrap().as_str(), "me");
        assert_eq!(UserName::parse(" "), Err(InvalidUserName::Empty));
        assert_eq!(UserName::parse("a\nb"), Err(InvalidUserName::Control));
        assert_eq!(
            UserName::parse(&"x".repeat(65)),
            Err(InvalidUserName::TooLong)
        );
    }
}
