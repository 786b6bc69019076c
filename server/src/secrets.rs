//! Seals secrets for the database under a key that lies in a file of its own.
//!
//! A sealed value is bound to its place (table, row, column): moved elsewhere it does not
//! open. The key never leaves this module.

use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::random;

/// The name of the key file in the data directory.
pub const KEY_FILE: &str = "key";
/// The first byte of a sealed value: which key and cipher it was made with.
const KEY_ID: u8 = 1;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// Where a sealed value lies.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The row's key.
    pub row: &'a str,
    /// The column.
    pub column: &'a str,
}

/// Seals and opens.
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file cannot be read or written.
    #[error("the key file cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// Others can read the key file.
    #[error("the key file can be read by others: set its mode to 600")]
    Exposed,
    /// The key file has the wrong length.
    #[error("the key file is damaged")]
    BadKey,
    /// A value was not sealed by this key, or not for this place.
    #[error("a sealed value does not open with this key")]
    DoesNotOpen,
}

impl Vault {
    /// Uses the key in `dir`, making one where there is none.
    pub fn open_in(dir: &Path) -> Result<Self, SecretError> {
        let path = dir.join(KEY_FILE);
        match make_key(&path) {
            Ok(key) => return Ok(Self::with(&key)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        let mut file = std::fs::File::open(&path)?;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            return Err(SecretError::Exposed);
        }
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        file.read_exact(key.as_mut())
            .map_err(|_| SecretError::BadKey)?;
        if file.read(&mut [0])? != 0 {
            return Err(SecretError::BadKey);
        }
        Ok(Self::with(&key))
    }

    /// A key that lives as long as this value: for tests.
    pub fn ephemeral() -> Self {
        Self::with(&Zeroizing::new(random::bytes()))
    }

    fn with(key: &Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(key.as_ref().into()),
        }
    }

    /// Seals `plain` for `place`.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = random::bytes();
        let payload = Payload {
            msg: plain,
            aad: &place.bytes(),
        };
        let mut sealed = vec![KEY_ID];
        sealed.extend_from_slice(&nonce);
        // The cipher refuses only what is longer than memory; nothing sealed is less than
        // nothing lost, and such a value does not open.
        if let Ok(text) = self.cipher.encrypt(XNonce::from_slice(&nonce), payload) {
            sealed.extend_from_slice(&text);
        }
        sealed
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        let (&id, rest) = sealed.split_first().ok_or(SecretError::DoesNotOpen)?;
        let (nonce, text) = rest
            .split_at_checked(NONCE_BYTES)
            .ok_or(SecretError::DoesNotOpen)?;
        if id != KEY_ID {
            return Err(SecretError::DoesNotOpen);
        }
        let payload = Payload {
            msg: text,
            aad: &place.bytes(),
        };
        self.cipher
            .decrypt(XNonce::from_slice(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| SecretError::DoesNotOpen)
    }
}

impl Place<'_> {
    /// The place as bytes; each name is ended by a zero, so that no two places are alike.
    fn bytes(self) -> Vec<u8> {
        [self.table, self.row, self.column]
            .iter()
            .flat_map(|name| name.bytes().chain([0]))
            .collect()
    }
}

/// Makes the key file. Fails with `AlreadyExists` where there is one, even one that came
/// into being this instant.
fn make_key(path: &Path) -> std::io::Result<Zeroizing<[u8; KEY_BYTES]>> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    let key = Zeroizing::new(random::bytes());
    file.write_all(key.as_ref())?;
    file.sync_all()?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: Place<'static> = Place {
        table: "server",
        row: "1",
        column: "password",
    };

    #[test]
    fn a_secret_opens_in_its_place_only() {
        let vault = Vault::ephemeral();
        let sealed = vault.seal(PASSWORD, b"hunter2");
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
        assert_eq!(*vault.open(PASSWORD, &sealed).unwrap(), b"hunter2");
        let elsewhere = Place {
            row: "2",
            ..PASSWORD
        };
        assert!(vault.open(elsewhere, &sealed).is_err());
        assert!(Vault::ephemeral().open(PASSWORD, &sealed).is_err());
        assert!(vault.open(PASSWORD, &sealed[..20]).is_err());
    }

    #[test]
    fn the_key_survives_a_restart_and_is_refused_when_others_can_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let sealed = Vault::open_in(dir.path()).unwrap().seal(PASSWORD, b"x");
        let again = Vault::open_in(dir.path()).unwrap();
        assert_eq!(*again.open(PASSWORD, &sealed).unwrap(), b"x");

        let key = dir.path().join(KEY_FILE);
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            Vault::open_in(dir.path()),
            Err(SecretError::Exposed)
        ));
    }
}
