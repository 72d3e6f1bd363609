//! The one keyed map of the crate: bounded, least recently used first out, with pinned entries that stay.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// A map of at most `capacity` unpinned entries. Pinned entries come from the program's text, so their number is its own.
#[derive(Debug)]
pub(crate) struct LruMap<K, V> {
    capacity: usize,
    entries: HashMap<K, Entry<V>>,
    /// The unpinned keys, by when they were last used.
    order: BTreeMap<u64, K>,
    clock: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    /// Its place in `order`; `None` where it is pinned.
    used: Option<u64>,
}

impl<K: Clone + Eq + Hash, V: Clone> LruMap<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: HashMap::new(), order: BTreeMap::new(), clock: 0 }
    }

    /// The value of `key`, made where there is none. Once pinned, an entry stays pinned.
    ///
    /// Where there is no room, another entry goes, and is returned: of the older three quarters the least recently used one
    /// that is not `kept`, or else of those that are. So what is kept and never used again cannot take all places but a few,
    /// in which what is in use would push out itself. The caller drops it when it has left the lock, since a value may be a
    /// user's.
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

    /// Of the entries but the one used `now`, unless that is the only one.
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

    /// The value of a key, if there is one. Does not count as a use.
    pub(crate) fn peek(&self, key: &K) -> Option<V> {
        self.entries.get(key).map(|entry| entry.value.clone())
    }

    /// Everything that is kept, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, entry)| (key, &entry.value))
    }

    /// Entries, pinned ones included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::LruMap;
    use proptest::prelude::*;

    /// The plain model: a list of keys, the most recently used last, and the pinned ones apart. Even keys are kept while
    /// there is another.
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
