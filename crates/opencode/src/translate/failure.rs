//! Errors into sentences.

use domain::bulk::floor_char;
use domain::failure::Failure;

/// The first line of a message that may hold a stack trace, at most as long as is drawn.
pub(crate) fn one_line(message: &str) -> String {
    let line = message.trim().lines().next().unwrap_or_default().trim_end();
    let end = floor_char(line, Failure::MESSAGE_MAX_BYTES);
    line.get(..end).unwrap_or_default().to_owned()
}
