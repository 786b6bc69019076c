//! The stream's bytes cut into frames, pure. Bytes are cut first and decoded per frame, so
//! that a character torn between two reads does no harm.

use domain::sync::Frame;

/// The longest frame, in bytes. An event is under 64 KiB; a snapshot of a long session of
/// tools may be some megabytes. Beyond this the peer is not ours.
const FRAME_MAX_BYTES: usize = 64 * 1024 * 1024;

/// Cuts bytes into frames.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    buffer: Vec<u8>,
    scanned: usize,
}

/// What arrived makes no sense: the stream is of no more use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Garbled;

impl Cutter {
    /// Takes bytes and gives the frames that they complete.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Frame>, Garbled> {
        self.buffer.extend_from_slice(bytes);
        let mut frames = Vec::new();
        let mut start = 0;
        // Lines end in LF, or CRLF where a proxy means well.
        while let Some(found) = self
            .buffer
            .get(self.scanned..)
            .and_then(|rest| rest.iter().position(|byte| *byte == b'\n'))
        {
            let end = self.scanned + found;
            self.scanned = end + 1;
            let line = self.buffer.get(start..end).unwrap_or_default();
            start = end + 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            // Every frame is one `data:` line; comments keep proxies awake.
            if let Some(data) = line.strip_prefix(b"data:") {
                // Text is read everywhere: to read bytes too would double the program's readers.
                let json = std::str::from_utf8(data).map_err(|_| Garbled)?;
                frames.push(crate::json::read(json).map_err(|_| Garbled)?);
            }
        }
        self.buffer.drain(..start);
        self.scanned = self.buffer.len();
        if self.buffer.len() > FRAME_MAX_BYTES {
            return Err(Garbled);
        }
        Ok(frames)
    }

    /// Whether the last frame has begun and not ended.
    pub(crate) fn is_torn(&self) -> bool {
        !self.buffer.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use domain::sync::Farewell;
    use domain::time::Millis;
    use proptest::prelude::*;

    use super::*;

    fn beat(now: u64) -> Frame {
        Frame::Beat {
            now: Millis(now),
            beat_ms: 15_000,
        }
    }

    fn sample() -> (Vec<u8>, Vec<Frame>) {
        let frames = vec![
            beat(1),
            Frame::Farewell(Farewell::Restarting { retry_ms: 7 }),
            beat(2),
        ];
        let mut bytes = b": h\xc3\xa9llo\n\n".to_vec();
        for (n, frame) in frames.iter().enumerate() {
            let json = serde_json::to_string(frame).unwrap();
            let end = if n == 1 { "\r\n\r\n" } else { "\n\n" };
            bytes.extend_from_slice(format!("data: {json}{end}").as_bytes());
        }
        (bytes, frames)
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_torn_the_frames_are_the_same(size in 1_usize..40) {
            let (bytes, expected) = sample();
            let mut cutter = Cutter::default();
            let mut frames = Vec::new();
            for chunk in bytes.chunks(size) {
                frames.extend(cutter.push(chunk).unwrap());
            }
            prop_assert_eq!(frames, expected);
            prop_assert!(!cutter.is_torn());
            cutter.push(b"data: {").unwrap();
            prop_assert!(cutter.is_torn());
        }
    }

    #[test]
    fn what_is_no_frame_ends_the_stream() {
        assert_eq!(
            Cutter::default().push(b"data: <!doctype html>\n\n"),
            Err(Garbled)
        );
    }
}
