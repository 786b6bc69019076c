//! SHA-256, whole and shortened.

use sha2::{Digest as _, Sha256};

/// Hexadecimal digits of a content's hash that go into its file name: 64
/// bits, far beyond any chance of two builds of ours meeting.
const NAME_DIGITS: usize = 16;

/// The whole hash in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// The part of the hash that goes into a name.
pub(crate) fn short(bytes: &[u8]) -> String {
    hex(bytes).chars().take(NAME_DIGITS).collect()
}

/// The hash as the browser's integrity check takes it.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    use base64::Engine as _;
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes));
    format!("sha256-{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        assert_eq!(
            hex(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(short(b""), "e3b0c44298fc1c14");
        assert_eq!(
            integrity(b""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
    }
}
