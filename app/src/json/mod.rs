//! Reads JSON that our own server wrote, with little code: the browser's program reads a
//! hundred types, and each brings its share of whatever the reader can do beside reading.
//!
//! So this one tells no place of an error, reads a struct from an object alone, and hands
//! every string on in one way. What it accepts, `serde_json` reads alike.

mod access;
mod reader;

use serde::Deserialize;

use reader::Reader;

/// It is no JSON, or not of this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Garbled;

/// Reads `text`.
pub(crate) fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Garbled> {
    let mut reader = Reader::of(text);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests;
