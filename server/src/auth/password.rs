//! Passwords: which are let in, and how they are hashed.
//!
//! Hashing takes 64 MiB and a good part of a second on purpose, so it runs on the blocking
//! pool, few at a time, and a long queue is refused instead of grown.

use std::sync::Arc;

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::owner::{PASSWORD_MAX_CHARS, password_flaws};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Memory for one hash in KiB (64 MiB), the second choice of RFC 9106.
const MEMORY_KIB: u32 = 65_536;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// How many hashes run at once at most: each takes a core and [`MEMORY_KIB`].
const HASHING_MAX: usize = 2;
/// How many sign-ins may wait for a hash. More at once is an attack, not an owner.
const WAITING_MAX: usize = 8;
/// A password that is found in fewer guesses is refused.
const GUESSES_MIN: u64 = 1_000_000;
/// Words that are the first to be tried against this product.
const PRODUCT_WORDS: [&str; 5] = ["opencode", "nexus", "opencode-nexus", "owner", "agent"];

/// A password on its way to be hashed; wiped afterwards.
pub type Password = Zeroizing<String>;

/// Why a hash could not be made or compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Too many are waiting: try again in a few seconds.
    #[error("too many sign-ins at once")]
    Busy,
    /// The hashing itself failed.
    #[error("the password could not be hashed")]
    Failed,
}

/// Whether a password was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It was not.
    Wrong,
    /// It was.
    Right {
        /// A better hash to keep from now on, where the old one was made at lower cost.
        rehashed: Option<String>,
    },
}

/// Makes and compares hashes.
#[derive(Clone)]
pub struct Hasher {
    params: Params,
    /// One permit for each that waits or runs.
    admitted: Arc<Semaphore>,
    /// One permit for each that runs.
    running: Arc<Semaphore>,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

impl Hasher {
    /// At the full cost, on a machine with `cores`.
    pub fn new(cores: usize) -> Self {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
        Self::with(params, cores)
    }

    /// At next to no cost: for tests.
    pub fn cheap() -> Self {
        let params = Params::new(8, 1, 1, None).unwrap_or_default();
        Self::with(params, HASHING_MAX)
    }

    fn with(params: Params, cores: usize) -> Self {
        let running = cores.saturating_sub(1).clamp(1, HASHING_MAX);
        Self {
            params,
            admitted: Arc::new(Semaphore::new(running + WAITING_MAX)),
            running: Arc::new(Semaphore::new(running)),
        }
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: Password) -> Result<String, HashError> {
        let params = self.params.clone();
        self.run(move || make(&params, &password)).await?
    }

    /// Compares `password` with the hash that is kept. Where there is none (an unknown
    /// user) the same work is done for nothing, so that the time tells nothing.
    pub async fn verify(
        &self,
        password: Password,
        kept: Option<String>,
    ) -> Result<Verified, HashError> {
        let params = self.params.clone();
        self.run(move || {
            let known = kept.is_some();
            let kept = match kept {
                Some(kept) => kept,
                None => dummy(&params),
            };
            let parsed = PasswordHash::new(&kept).map_err(|_| HashError::Failed)?;
            // Longer ones were never let in; hashing has a bound.
            let admissible = password.chars().count() <= PASSWORD_MAX_CHARS;
            let matches = argon2(&params)
                .verify_password(if admissible { password.as_bytes() } else { b"" }, &parsed)
                .is_ok();
            if !(known && admissible && matches) {
                return Ok(Verified::Wrong);
            }
            let rehashed = if is_cheaper(&parsed, &params) {
                Some(make(&params, &password)?)
            } else {
                None
            };
            Ok(Verified::Right { rehashed })
        })
        .await?
    }

    async fn run<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| HashError::Busy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| HashError::Failed)?;
        tokio::task::spawn_blocking(move || {
            // Held by the work itself: a client that hangs up frees nothing early.
            let _held = (admitted, running);
            work()
        })
        .await
        .map_err(|_| HashError::Failed)
    }
}

fn argon2(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

fn make(params: &Params, password: &Password) -> Result<String, HashError> {
    let salt = SaltString::generate(&mut OsRng);
    argon2(params)
        .hash_password(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|_| HashError::Failed)
}

/// A hash of the present cost that no password has.
fn dummy(params: &Params) -> String {
    format!(
        "$argon2id$v=19$m={},t={},p={}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        params.m_cost(),
        params.t_cost(),
        params.p_cost()
    )
}

fn is_cheaper(kept: &PasswordHash<'_>, params: &Params) -> bool {
    match Params::try_from(kept) {
        Ok(old) => old.m_cost() < params.m_cost() || old.t_cost() < params.t_cost(),
        Err(_) => true,
    }
}

/// Why a new password is refused, as one sentence; `None` where it is good. Slow enough to
/// be called on the blocking pool.
pub fn refusal(password: &str, user_name: &str) -> Option<String> {
    let flaws = password_flaws(password);
    if !flaws.is_empty() {
        let flaws: Vec<String> = flaws.iter().map(ToString::to_string).collect();
        return Some(format!("The password needs {}.", join(&flaws)));
    }
    let mut words = vec![user_name];
    words.extend(PRODUCT_WORDS);
    let guesses = zxcvbn::zxcvbn(password, &words).guesses();
    (guesses < GUESSES_MIN)
        .then(|| "This password is too easy to guess. A few unrelated words are better.".to_owned())
}

fn join(items: &[String]) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Zeroizing::new(text.to_owned())
    }

    #[test]
    fn a_password_is_refused_with_its_reason() {
        for (text, reason) in [
            (
                "lantern",
                Some("The password needs at least 8 characters, an upper-case letter and a digit."),
            ),
            (
                "alllowercase1",
                Some("The password needs an upper-case letter."),
            ),
            (
                "Password1",
                Some("This password is too easy to guess. A few unrelated words are better."),
            ),
            (
                "Opencode1",
                Some("This password is too easy to guess. A few unrelated words are better."),
            ),
            (
                "Keeper123",
                Some("This password is too easy to guess. A few unrelated words are better."),
            ),
            ("Lantern 47 over the reef", None),
        ] {
            assert_eq!(refusal(text, "keeper").as_deref(), reason, "{text}");
        }
    }

    #[tokio::test]
    async fn the_right_password_is_told_from_wrong_ones_and_from_nobody() {
        let hasher = Hasher::cheap();
        let kept = hasher.hash(password("Right 1")).await.unwrap();
        let right = Verified::Right { rehashed: None };
        for (text, kept, verified) in [
            ("Right 1", Some(kept.clone()), right),
            ("right 1", Some(kept.clone()), Verified::Wrong),
            ("Right 1", None, Verified::Wrong),
            ("", None, Verified::Wrong),
        ] {
            assert_eq!(hasher.verify(password(text), kept).await.unwrap(), verified);
        }
    }

    #[tokio::test]
    async fn a_hash_of_lower_cost_is_made_anew() {
        let kept = Hasher::cheap().hash(password("Right 1")).await.unwrap();
        let dearer = Hasher::with(Params::new(16, 2, 1, None).unwrap(), 1);
        let Ok(Verified::Right {
            rehashed: Some(better),
        }) = dearer.verify(password("Right 1"), Some(kept)).await
        else {
            panic!("not rehashed");
        };
        assert!(better.starts_with("$argon2id$v=19$m=16,t=2,p=1$"));
    }

    #[tokio::test]
    async fn a_long_queue_is_refused() {
        let hasher = Hasher::cheap();
        let held = Arc::clone(&hasher.admitted)
            .acquire_many_owned(u32::try_from(hasher.admitted.available_permits()).unwrap())
            .await
            .unwrap();
        assert_eq!(hasher.hash(password("x")).await, Err(HashError::Busy));
        drop(held);
        assert!(hasher.hash(password("x")).await.is_ok());
    }

    #[test]
    fn the_full_cost_is_what_we_promise() {
        assert!(dummy(&Hasher::new(4).params).starts_with("$argon2id$v=19$m=65536,t=3,p=4$"));
    }
}
