//! The keyed map of the crate: limited in size, least recently used out first, with pinned entries that stay.
//!
//! Keys may come from arguments, so every map by key has a limit. Keys of the program's source are pinned: their number is the
//! program's own, and their state must not get lost.
//!
//! # Design notes
//!
//! A value may ask to be kept, for example a breaker that is not closed. Such values go last, but only within the older three
//! quarters of the map: else a thousand keys that nobody calls any more could take every place but a few, in which the keys in use
//! would evict each other.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// A map of at most `capacity` unpinned entries, and any number of pinned ones.
#[derive(Debug)]
pub(crate) struct LruMap<K, V> {
    capacity: usize,
    entries: HashMap<K, Entry<V>>,
    /// The unpinned keys, by the time of their last use.
    order: BTreeMap<u64, K>,
    /// Counts uses; the time in `order`.
    clock: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    /// The time of its last use, as in `order`; `None` if it is pinned.
    used: Option<u64>,
}

impl<K: Clone + Eq + Hash, V: Clone> LruMap<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: HashMap::new(), order: BTreeMap::new(), clock: 0 }
    }

    /// Returns the value of `key`, which is made if there is none. Once pinned, an entry stays pinned.
    ///
    /// If there is no room, another entry is evicted and returned: the least recently used one that is not `kept` among the older
    /// three quarters, or else the least recently used one. The caller drops it after leaving the lock, since its drop may be the
    /// user's code.
    pub(crate) fn get_or_insert_with(
        &mut self,
        key: &K,
        pinned: bool,
        kept: impl Fn(&V) -> bool,
        make: impl FnOnce() -> V,
    ) -> (V, Option<(K, V)>) {
        self.clock += 1;
        let now = self.clock;
        let entry = self.entries.entry(key.clone()).or_insert_with(|| Entry { value: make(), used: Some(now) });
        let value = entry.value.clone();
        // The entry moves to the end of the order, or leaves it for good if it is pinned now.
        if let Some(used) = entry.used.take() {
            self.order.remove(&used);
            if !pinned {
                entry.used = Some(now);
                self.order.insert(now, key.clone());
            }
        }
        let gone = if self.order.len() > self.capacity { self.evict(now, kept) } else { None };
        (value, gone)
    }

    /// Evicts one entry, but not the one that was used `now`, unless it is the only one.
    fn evict(&mut self, now: u64, kept: impl Fn(&V) -> bool) -> Option<(K, V)> {
        let spare = |key: &K| self.entries.get(key).is_none_or(|entry| !kept(&entry.value));
        let others = self.order.iter().filter(|(used, _)| **used != now || self.order.len() == 1);
        let oldest = others.clone().next();
        let (used, key) = others
            .take(self.capacity - self.capacity / 4)
            .find(|(_, key)| spare(key))
            .or(oldest)
            .map(|(used, key)| (*used, key.clone()))?;
        self.order.remove(&used);
        self.entries.remove(&key).map(|entry| (key, entry.value))
    }

    /// Returns the value of a key, if there is one. Does not count as a use.
    pub(crate) fn peek(&self, key: &K) -> Option<V> {
        self.entries.get(key).map(|entry| entry.value.clone())
    }

    /// Iterates over all entries, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, entry)| (key, &entry.value))
    }

    /// Returns the number of entries, pinned ones included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::LruMap;
    use proptest::prelude::*;

    /// The plain model: a list of keys, the most recently used last, and a list of pinned ones. Even keys are kept if another can go.
    fn model(capacity: usize, script: &[(u8, bool)]) -> (Vec<u8>, Vec<u8>) {
        let (mut recent, mut pins): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
        for &(key, pinned) in script {
            recent.retain(|k| *k != key);
            if pins.contains(&key) {
                continue;
            }
            if pinned {
                pins.push(key);
            } else {
                recent.push(key);
            }
            if recent.len() > capacity {
                let others = recent.len().saturating_sub(1).max(1);
                let older = &recent[..others.min(capacity - capacity / 4)];
                let goes = older.iter().position(|key| key % 2 == 1).unwrap_or(0);
                recent.remove(goes);
            }
        }
        (recent, pins)
    }

    proptest! {
        #[test]
        fn it_keeps_what_the_plain_model_keeps(capacity in 0usize..9, script in prop::collection::vec((0u8..12, prop::bool::weighted(0.1)), 0..200)) {
            let mut map = LruMap::new(capacity);
            for (key, pinned) in &script {
                prop_assert_eq!(map.get_or_insert_with(key, *pinned, |key| key % 2 == 0, || *key).0, *key);
            }
            let (recent, pins) = model(capacity, &script);
            prop_assert_eq!(map.len(), recent.len() + pins.len());
            for key in recent.iter().chain(&pins) {
                prop_assert_eq!(map.peek(key), Some(*key));
            }
        }
    }
}
