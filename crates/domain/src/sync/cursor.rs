//! Where a device stands in each source.

use crate::sorted::SortedMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::ServerId;

/// Where events come from: the house, or one server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Connections and whatever belongs to no single server.
    House,
    /// One OpenCode server.
    Server(ServerId),
}

const HOUSE: &str = "house";
const SERVER: &str = "server:";

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::House => f.write_str(HOUSE),
            Source::Server(id) => write!(f, "{SERVER}{id}"),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.strip_prefix(SERVER) {
            Some(id) => Ok(Source::Server(ServerId::new(id))),
            None if text == HOUSE => Ok(Source::House),
            None => Err(serde::de::Error::custom(
                "a source is `house` or `server:ID`",
            )),
        }
    }
}

/// Which life of a journal: 64 random bits, new whenever the journal is made anew.
/// Written as 16 hex digits, for JSON numbers do not hold it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epoch({:016x})", self.0)
    }
}

impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16)
            .map(Epoch)
            .map_err(serde::de::Error::custom)
    }
}

/// How many events of a source have happened in this epoch.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

/// A place in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which life of its journal.
    pub epoch: Epoch,
    /// After how many events.
    pub seq: Seq,
}

/// Where a device stands in all sources it knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub SortedMap<Source, Position>);

impl Cursor {
    /// Where the device stands in `source`.
    pub fn at(&self, source: &Source) -> Option<Position> {
        self.0.get(source).copied()
    }
}
