//! Server-sent events from bytes, without IO: any chunking gives the same frames, torn
//! characters and torn line ends included.
//!
//! Only `data` is kept: OpenCode names and numbers its events inside the JSON. Comments and
//! other fields are passed over; that bytes came at all is the caller's sign of life.

/// The longest event that is put together, in bytes. OpenCode sends a whole attachment in
/// one event, and takes attachments far larger than we do.
pub const EVENT_MAX_BYTES: usize = 64 * 1024 * 1024;

/// What bytes completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// The data of an event.
    Data(String),
    /// An event was longer than the limit; it is lost, the stream goes on.
    TooLong {
        /// How long it was, in bytes.
        bytes: usize,
    },
    /// An event was no text: bytes were changed on the way.
    Damaged,
}

/// Puts events together.
#[derive(Debug)]
pub struct Parser {
    limit: usize,
    /// The line that has not ended.
    line: Vec<u8>,
    /// The data lines of the event that has not ended, each with a line feed behind it.
    data: Vec<u8>,
    /// Bytes of the present event that were thrown away; above 0 the event is lost.
    lost: usize,
    /// Whether the last byte was a carriage return: a line feed now belongs to it.
    after_return: bool,
    /// Whether no line has ended yet: a byte order mark may stand before the first.
    at_start: bool,
}

impl Default for Parser {
    fn default() -> Self {
        Self::new(EVENT_MAX_BYTES)
    }
}

impl Parser {
    /// A parser of events of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            data: Vec::new(),
            lost: 0,
            after_return: false,
            at_start: true,
        }
    }

    /// Takes bytes and gives the events that they completed.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        let mut items = Vec::new();
        let mut rest = bytes;
        if self.after_return && !rest.is_empty() {
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            self.after_return = false;
        }
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, end) = rest.split_at(at);
            self.grow(line);
            items.extend(self.end_line());
            rest = match end {
                [b'\r'] => {
                    self.after_return = true;
                    &[]
                }
                [b'\r', b'\n', behind @ ..] | [_, behind @ ..] => behind,
                [] => &[],
            };
        }
        self.grow(rest);
        items
    }

    fn grow(&mut self, bytes: &[u8]) {
        if self.lost > 0 {
            self.lost += bytes.len();
        } else if self.line.len() + self.data.len() + bytes.len() > self.limit {
            self.lost = self.line.len() + self.data.len() + bytes.len();
            self.line = Vec::new();
            self.data = Vec::new();
        } else {
            self.line.extend_from_slice(bytes);
            return;
        }
        // One byte stays as a mark: an empty line must still be told from a long one.
        if self.line.is_empty() {
            self.line.extend(bytes.first());
        }
    }

    fn end_line(&mut self) -> Option<Item> {
        let line = std::mem::take(&mut self.line);
        let mut line = line.as_slice();
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            return self.end_event();
        }
        if self.lost > 0 {
            return None;
        }
        let value = match line.strip_prefix(b"data") {
            Some([]) => &[],
            Some([b':', b' ', value @ ..] | [b':', value @ ..]) => value,
            Some(_) | None => return None,
        };
        self.data.extend_from_slice(value);
        self.data.push(b'\n');
        None
    }

    fn end_event(&mut self) -> Option<Item> {
        let mut data = std::mem::take(&mut self.data);
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            return Some(Item::TooLong { bytes: lost });
        }
        // The last line's own line feed is no part of the data.
        data.pop()?;
        // Never with something else in the place of what cannot be read: it would pass for
        // what was said.
        Some(String::from_utf8(data).map_or(Item::Damaged, Item::Data))
    }
}
