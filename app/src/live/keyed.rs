//! Signals by key: made when somebody asks, fired only for the key that moved, dropped
//! when their session is no longer looked at. A key that nobody asked for costs nothing.

use domain::sorted::SortedMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leptos::prelude::{ArcReadSignal, ArcRwSignal, ReadUntracked, Set};

/// Signals of `T` by `K`.
pub(crate) struct Keyed<K, T> {
    signals: Mutex<SortedMap<K, ArcRwSignal<T>>>,
}

impl<K, T> Default for Keyed<K, T> {
    fn default() -> Self {
        Self {
            signals: Mutex::new(SortedMap::new()),
        }
    }
}

impl<K, T> Keyed<K, T>
where
    K: Ord + Clone,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    fn lock(&self) -> MutexGuard<'_, SortedMap<K, ArcRwSignal<T>>> {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The signal of `key`, which begins with `value`.
    pub(crate) fn get(&self, key: &K, value: impl FnOnce() -> T) -> ArcReadSignal<T> {
        if let Some(signal) = self.lock().get(key) {
            return signal.read_only();
        }
        let signal = ArcRwSignal::new(value());
        self.lock().insert(key.clone(), signal.clone());
        signal.read_only()
    }

    /// Fires the signal of `key`, where there is one and `value` differs from what it has.
    pub(crate) fn put(&self, key: &K, value: impl FnOnce() -> T) {
        let signal = self.lock().get(key).cloned();
        if let Some(signal) = signal {
            let value = value();
            if *signal.read_untracked() != value {
                signal.set(value);
            }
        }
    }

    /// What the signal of `key` has, where there is one.
    pub(crate) fn peek<R>(&self, key: &K, look: impl FnOnce(&T) -> R) -> Option<R> {
        let signal = self.lock().get(key).cloned()?;
        let value = signal.read_untracked();
        Some(look(&value))
    }

    /// The keys that somebody asked for and `wanted` takes.
    pub(crate) fn keys(&self, wanted: impl Fn(&K) -> bool) -> Vec<K> {
        self.lock()
            .keys()
            .filter(|key| wanted(key))
            .cloned()
            .collect()
    }

    /// Drops the signals whose keys `keep` does not take. Whoever still holds one sees its
    /// last value.
    pub(crate) fn retain(&self, keep: impl Fn(&K) -> bool) {
        self.lock().retain(|key, _| keep(key));
    }
}
