//! What a file is, told by its bytes: a name or a header may say anything.

use domain::prompt::{InvalidAttachment, TEXT_MAX_BYTES};

/// A text, whatever its name says: OpenCode writes it into the prompt.
const TEXT: &str = "text/plain";
/// How the kinds begin that models read.
const BEGINNINGS: [(&[u8], &str); 5] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
];

/// The media type of a file, if models read such files.
pub(super) fn media_of(bytes: &[u8]) -> Result<&'static str, InvalidAttachment> {
    if bytes.is_empty() {
        return Err(InvalidAttachment::Empty);
    }
    if let Some((_, media)) = BEGINNINGS.iter().find(|(it, _)| bytes.starts_with(it)) {
        return Ok(media);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok("image/webp");
    }
    if bytes.contains(&0) || std::str::from_utf8(bytes).is_err() {
        return Err(InvalidAttachment::Kind);
    }
    if bytes.len() as u64 > TEXT_MAX_BYTES {
        return Err(InvalidAttachment::TextTooLong);
    }
    Ok(TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_the_bytes_alone() {
        let long = vec![b'a'; 1024 * 1024 + 1];
        for (bytes, media) in [
            (b"\x89PNG\r\n\x1a\n....".as_slice(), Ok("image/png")),
            (b"\xff\xd8\xff\xe0", Ok("image/jpeg")),
            (b"GIF89a..", Ok("image/gif")),
            (b"RIFF....WEBPVP8 ", Ok("image/webp")),
            (b"%PDF-1.7", Ok("application/pdf")),
            // Not a picture to us: it may hold scripts, and OpenCode cannot decode it.
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Ok(TEXT)),
            ("Grüße".as_bytes(), Ok(TEXT)),
            (b"", Err(InvalidAttachment::Empty)),
            (b"PK\x03\x04\x00\x00", Err(InvalidAttachment::Kind)),
            (b"\x7fELF\x02\x01\x01\x00", Err(InvalidAttachment::Kind)),
            (b"RIFF....WAVEfmt\xff", Err(InvalidAttachment::Kind)),
            (&long, Err(InvalidAttachment::TextTooLong)),
        ] {
            let shown = String::from_utf8_lossy(bytes.get(..8).unwrap_or(bytes));
            assert_eq!(media_of(bytes), media, "{shown}");
        }
    }
}
