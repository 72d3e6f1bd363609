//! The keyed map of the crate: limited in size, with pinned entries that stay, and others that are evicted, least worth first.
//!
//! Keys may come from arguments, so every map by key has a limit. Keys of the program's source are pinned: their number is the
//! program's own, and their state must not get lost.
//!
//! # Design notes
//!
//! - An entry that is in use is never evicted. The map then holds more than its capacity, until later uses of the map find the entries
//!   that are in use no more.
//! - Of the other entries the [least worth](Worth) go first. Among those that are worth nothing, the least recently used. Among others
//!   one is drawn by lot: if slightly more keys than there are places are called in turn, the least recently used entry is the very
//!   one that is needed next, and every key would come back to find nothing.
//! - The quarter that was used last is spared, unless an entry of it is worth nothing. Otherwise a thousand keys that nobody calls any
//!   more could take every place but one, in which the keys in use would evict each other.
//! - The map learns what an entry is worth only when it looks for one to evict, and sorts the entry then. Each use of the map pays for
//!   one such look, so a use costs the same on average however many entries are kept.

mod slots;

use self::slots::{Place, Slots};
use std::collections::HashMap;
use std::hash::Hash;

/// The number of entries in use, and of recent entries, that one use of the map looks at in vain.
const LOOKS: usize = 16;
/// The number of the newest entries that are looked at, for one that is worth nothing.
const NEWEST: usize = 4;
/// The number of entries that are drawn by lot. The least worth of them is evicted, since what an entry is worth passes with time.
const DRAWS: usize = 4;

/// What would be lost with the value of an entry. In ascending order, as the entries stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Worth {
    /// The value says nothing that a new one would not say.
    Nothing,
    /// The value has counted or learnt something.
    Counted,
    /// The value stands for a decision: calls are refused, or an operator has changed it.
    Decided,
    /// The value is in use, and must not be evicted.
    InUse,
}

/// A map of at most `capacity` unpinned entries beside those in use, and any number of pinned ones.
#[derive(Debug)]
pub(crate) struct LruMap<K, V> {
    capacity: usize,
    index: HashMap<K, usize>,
    slots: Slots<(K, V)>,
    /// The state of the generator that draws lots.
    lot: u64,
}

impl<K: Clone + Eq + Hash, V: Clone> LruMap<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, index: HashMap::new(), slots: Slots::new(), lot: 0 }
    }

    /// Returns the value of `key`, which is made if there is none. Once pinned, an entry stays pinned.
    ///
    /// If there are too many entries, others are evicted and returned. The caller drops them after leaving the lock, since their drop
    /// may be the user's code.
    pub(crate) fn get_or_insert_with(
        &mut self,
        key: &K,
        pinned: bool,
        worth: impl Fn(&V) -> Worth,
        make: impl FnOnce() -> V,
    ) -> (V, Vec<(K, V)>) {
        let known = self.index.get(key).copied();
        let used = known.unwrap_or_else(|| {
            let used = self.slots.add((key.clone(), make()));
            self.index.insert(key.clone(), used);
            used
        });
        if pinned {
            self.slots.move_to(used, Place::Pinned);
        } else if self.slots.place(used) != Place::Pinned {
            self.slots.move_to(used, Place::Recent);
            while self.slots.len(Place::Recent) > (self.capacity / 4).max(1) {
                self.slots.move_first(Place::Recent, Place::Older);
            }
        }
        let value = self.slots.get(used).1.clone();
        (value, self.trim(used, worth))
    }

    /// Evicts until there is room, or nothing is found that can go.
    fn trim(&mut self, used: usize, worth: impl Fn(&V) -> Worth) -> Vec<(K, V)> {
        let mut gone = Vec::new();
        let mut looks = LOOKS.min(self.slots.len(Place::InUse));
        while self.index.len() - self.slots.len(Place::Pinned) > self.capacity {
            let Some(victim) = self.victim(used, &worth, &mut looks) else { break };
            let (key, value) = self.slots.remove(victim);
            self.index.remove(&key);
            gone.push((key, value));
        }
        gone
    }

    /// Returns the entry that is evicted next.
    fn victim(&mut self, used: usize, worth: &impl Fn(&V) -> Worth, looks: &mut usize) -> Option<usize> {
        loop {
            // Entries that were not looked at since their last use, then entries that were in use when they were looked at.
            let again = || self.slots.first(Place::InUse).filter(|_| *looks > 0);
            let Some(next) = self.slots.first(Place::Older).or_else(again) else { break };
            match worth(&self.slots.get(next).1) {
                Worth::Nothing => return Some(next),
                Worth::Counted => self.slots.move_to(next, Place::Counted),
                Worth::Decided => self.slots.move_to(next, Place::Decided),
                Worth::InUse => {
                    // In vain, unless the entry was not known to be in use.
                    *looks -= usize::from(self.slots.place(next) == Place::InUse);
                    self.slots.move_to(next, Place::InUse);
                }
            }
        }
        // From the end, since what was added last is what most likely says nothing yet.
        let newest = self.slots.iter_back(Place::Recent).take(NEWEST);
        self.idle(newest, used, |entry| worth(entry) == Worth::Nothing)
            .or_else(|| self.draw(Place::Counted, worth))
            .or_else(|| self.draw(Place::Decided, worth))
            // Everything else is in use.
            .or_else(|| {
                self.idle(self.slots.iter(Place::Recent).take(LOOKS), used, |entry| worth(entry) < Worth::InUse)
            })
    }

    /// Draws some entries by lot, and returns the least worth of them.
    fn draw(&mut self, place: Place, worth: &impl Fn(&V) -> Worth) -> Option<usize> {
        let mut least = None;
        for _ in 0..DRAWS {
            let lot = self.lot_below(self.slots.len(place));
            let Some(drawn) = self.slots.nth(place, lot) else { break };
            let is_worth = worth(&self.slots.get(drawn).1);
            match is_worth {
                Worth::InUse => self.slots.move_to(drawn, Place::InUse),
                // An operator has acted since the entry was sorted.
                Worth::Decided if place == Place::Counted => self.slots.move_to(drawn, Place::Decided),
                _ if least.is_none_or(|(least, _)| is_worth < least) => least = Some((is_worth, drawn)),
                _ => {}
            }
        }
        least.map(|(_, drawn)| drawn)
    }

    /// Returns the first of the entries that can go, but not the one that was used just now.
    fn idle(
        &self,
        mut entries: impl Iterator<Item = usize>,
        used: usize,
        can_go: impl Fn(&V) -> bool,
    ) -> Option<usize> {
        // A map without any capacity does not keep the entry that was used just now either.
        let spared = |entry: usize| entry == used && self.capacity > 0;
        entries.find(|entry| !spared(*entry) && can_go(&self.slots.get(*entry).1))
    }

    /// Draws a number below `limit`, by a linear congruential generator (Knuth's MMIX). Lots need not be hard to foresee.
    fn lot_below(&mut self, limit: usize) -> usize {
        self.lot = self.lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.lot >> 33).unwrap_or(0).checked_rem(limit).unwrap_or(0)
    }

    /// Returns the value of a key, if there is one. Does not count as a use.
    pub(crate) fn peek(&self, key: &K) -> Option<V> {
        self.index.get(key).map(|slot| self.slots.get(*slot).1.clone())
    }

    /// Iterates over all entries, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.slots.all().map(|(key, value)| (key, value))
    }

    /// Returns the number of entries, pinned ones included.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }
}

#[cfg(test)]
mod tests;
