//! What lies between us and the servers: what carries requests, when one that was lost may
//! be tried again, and the news that the network is back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opencode::Carrier;

use super::bell::Bell;
use crate::random;

/// What lies between us and the servers; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// What carries requests, where it is not the network itself.
    pub carrier: Option<Arc<dyn Carrier>>,
    /// Where waits get their random share from.
    pub chance: Chance,
    /// Rung when a server that could not be had is had again, for others may be too; and when
    /// this machine has a network that it had not before.
    pub returned: Bell,
}

/// Where numbers come from that need not be secret.
#[derive(Clone, Debug, Default)]
pub enum Chance {
    /// The system.
    #[default]
    System,
    /// A row of numbers that is the same for the same beginning: for tests.
    Row(Arc<AtomicU64>),
}

impl Chance {
    /// The row that begins with `seed`.
    pub fn row(seed: u64) -> Self {
        Self::Row(Arc::new(AtomicU64::new(seed)))
    }

    /// The next number.
    pub fn next(&self) -> u32 {
        match self {
            Self::System => u32::from_le_bytes(random::bytes()),
            Self::Row(at) => {
                // Knuth's linear congruential generator; its upper half is even enough.
                const STEP: u64 = 6_364_136_223_846_793_005;
                let before = at.load(Ordering::Relaxed);
                let after = before.wrapping_mul(STEP).wrapping_add(1);
                at.store(after, Ordering::Relaxed);
                u32::try_from(after >> 32).unwrap_or_default()
            }
        }
    }
}
