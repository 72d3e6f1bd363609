//! The map, against a plain list of what was used when.

use super::{LruMap, Worth};
use proptest::prelude::*;

/// What a key is worth, which stays the same. Keys from 12 on are in use.
fn worth(key: u8) -> Worth {
    match key {
        12.. => Worth::InUse,
        _ if key % 4 == 0 => Worth::Counted,
        _ if key % 4 == 1 => Worth::Decided,
        _ => Worth::Nothing,
    }
}

/// Returns the keys that may be evicted next: of the least worth, and if that is nothing the least recently used one.
fn candidates(recent: &[u8], used: u8, capacity: usize) -> Vec<u8> {
    let spared = (capacity / 4).max(1);
    let (older, newer) = recent.split_at(recent.len().saturating_sub(spared));
    // The key that was used just now stays, unless nothing at all is to be kept.
    let newer: Vec<u8> = newer.iter().copied().filter(|key| *key != used || capacity == 0).collect();
    let of = |keys: &[u8], one: Worth| keys.iter().copied().filter(|key| worth(*key) == one).collect::<Vec<_>>();
    let first = |keys: Vec<u8>| keys.into_iter().take(1).collect();
    let nothing = (first(of(older, Worth::Nothing)), of(&newer, Worth::Nothing).into_iter().rev().take(1).collect());
    let rest = (of(older, Worth::Counted), of(older, Worth::Decided));
    let newest: Vec<u8> = newer.iter().copied().filter(|key| worth(*key) < Worth::InUse).take(1).collect();
    let sources: [Vec<u8>; 5] = [nothing.0, nothing.1, rest.0, rest.1, newest];
    sources.into_iter().find(|keys| !keys.is_empty()).unwrap_or_default()
}

proptest! {
    #[test]
    fn it_evicts_what_the_plain_list_lets_go(
        capacity in 0usize..9,
        script in prop::collection::vec((0u8..15, prop::bool::weighted(0.05)), 0..200),
    ) {
        let mut map = LruMap::new(capacity);
        let (mut recent, mut pins): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
        for &(key, pinned) in &script {
            let (value, gone) = map.get_or_insert_with(&key, pinned, |key| worth(*key), || key);
            prop_assert_eq!(value, key);
            recent.retain(|known| *known != key);
            if pinned && !pins.contains(&key) {
                pins.push(key);
            }
            if !pins.contains(&key) {
                recent.push(key);
            }
            for (gone, _) in gone {
                prop_assert!(recent.len() > capacity);
                let candidates = candidates(&recent, key, capacity);
                prop_assert!(candidates.contains(&gone), "{gone} of {recent:?}, not of {candidates:?}");
                recent.retain(|known| *known != gone);
            }
            prop_assert!(recent.len() <= capacity || candidates(&recent, key, capacity).is_empty(), "{recent:?}");
            prop_assert_eq!(map.len(), recent.len() + pins.len());
            for key in recent.iter().chain(&pins) {
                prop_assert_eq!(map.peek(key), Some(*key));
            }
        }
    }
}

/// key-8: of 10,000 entries that are in use, each further use of the map looks at a few.
#[test]
fn a_use_looks_at_a_few_entries() {
    let looks = std::cell::Cell::new(0);
    let worth = |value: &u32| {
        looks.set(looks.get() + 1);
        match value {
            0..1_000 => Worth::Decided,
            _ if value % 2 == 0 => Worth::InUse,
            _ => Worth::Nothing,
        }
    };
    let mut map = LruMap::new(1_000);
    let mut most = 0;
    for key in 0..20_000_u32 {
        looks.set(0);
        map.get_or_insert_with(&key, false, worth, || key);
        // The first eviction sorts what was not looked at yet.
        most = most.max(if key == 1_000 { 0 } else { looks.get() });
    }
    assert!(most <= 2 * super::LOOKS + super::NEWEST + 2 * super::DRAWS + 2, "{most}");
}

/// What is in use no more is evicted by later uses of the map.
#[test]
fn the_map_shrinks_when_its_entries_are_in_use_no_more() {
    let busy = std::cell::Cell::new(true);
    let worth = |_: &u32| if busy.get() { Worth::InUse } else { Worth::Nothing };
    let mut map = LruMap::new(10);
    for key in 0..100 {
        assert_eq!(map.get_or_insert_with(&key, false, worth, || key).1, []);
    }
    assert_eq!(map.len(), 100);
    busy.set(false);
    assert_eq!(map.get_or_insert_with(&99, false, worth, || 99).1.len(), 90);
    assert_eq!(map.len(), 10);
}
