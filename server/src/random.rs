//! Randomness from the operating system, the only kind that secrets are made of.

use rand::RngCore;
use rand::rand_core::UnwrapErr;
use rand::rngs::OsRng;

/// `N` random bytes from the operating system.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without the system's randomness no secret can be made; the thread ends then.
    UnwrapErr(OsRng).fill_bytes(&mut bytes);
    bytes
}
