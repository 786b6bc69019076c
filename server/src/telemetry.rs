//! The log, on the standard error. What comes from outside cannot forge lines in it:
//! control characters are escaped. Secrets are kept out by their types, which do not print.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

/// What is logged when nothing is said: what an owner should know.
const DEFAULT_FILTER: &str = "warn,server=info,opencode=info";
/// The variable that says otherwise, in the words of `tracing`.
const FILTER_VARIABLE: &str = "OPENCODE_NEXUS_LOG";

/// Starts logging; once in the life of the program.
pub fn start() {
    let filter =
        EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    // Fails where logging was started already, as in tests; then that one stays.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_target(false)
        .with_writer(|| Escaping(io::stderr()))
        .try_init();
}

/// Writes lines with control characters escaped.
#[derive(Debug)]
pub struct Escaping<W>(pub W);

impl<W: Write> Write for Escaping<W> {
    /// A whole line at a time, as the formatter gives it: only its last newline is one.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let (body, end) = match text.strip_suffix('\n') {
            Some(body) => (body, "\n"),
            None => (&*text, ""),
        };
        let mut escaped = String::with_capacity(text.len());
        for letter in body.chars() {
            if letter.is_control() {
                escaped.extend(letter.escape_default());
            } else {
                escaped.push(letter);
            }
        }
        escaped.push_str(end);
        self.0.write_all(escaped.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_cannot_forge_a_line() {
        let mut out = Vec::new();
        Escaping(&mut out)
            .write_all(b"path=/a\nINFO forged\x1b[2J\n")
            .unwrap();
        assert_eq!(out, b"path=/a\\nINFO forged\\u{1b}[2J\n");
    }
}
