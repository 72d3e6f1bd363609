//! The entries of the map, each in one place: queues in the order of use, and lists to draw from.

/// The place of an entry, which says what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The entry was added just now.
    New,
    /// The entry is pinned.
    Pinned,
    /// A queue: the entries that were used last.
    Recent,
    /// A queue: entries that were used before those, and not looked at since.
    Older,
    /// A queue: entries that were in use when they were looked at, the one that was looked at first in front.
    InUse,
    /// A list: entries that had counted something when they were looked at.
    Counted,
    /// A list: entries that stood for a decision when they were looked at.
    Decided,
}

/// The ends of a queue, and its length. The first entry is the least recently added one.
#[derive(Clone, Copy, Debug, Default)]
struct Queue {
    first: Option<usize>,
    last: Option<usize>,
    len: usize,
}

#[derive(Debug)]
struct Slot<T> {
    value: T,
    place: Place,
    /// The neighbours in a queue.
    before: Option<usize>,
    after: Option<usize>,
    /// The index in a list.
    at: usize,
}

/// The entries, by the number that [`add`](Slots::add) returned.
#[derive(Debug)]
pub(super) struct Slots<T> {
    entries: Vec<Option<Slot<T>>>,
    free: Vec<usize>,
    pinned: usize,
    queues: [Queue; 3],
    lists: [Vec<usize>; 2],
}

/// A number that [`Slots`] has given out belongs to an entry until the entry is removed.
const THERE: &str = "the number of an entry that was not removed";

impl<T> Slots<T> {
    pub(super) fn new() -> Self {
        let (entries, free) = (Vec::new(), Vec::new());
        Self { entries, free, pinned: 0, queues: Default::default(), lists: Default::default() }
    }

    /// Adds an entry, in no place yet.
    pub(super) fn add(&mut self, value: T) -> usize {
        let slot = Some(Slot { value, place: Place::New, before: None, after: None, at: 0 });
        if let Some(entry) = self.free.pop() {
            self.entries[entry] = slot;
            return entry;
        }
        self.entries.push(slot);
        self.entries.len() - 1
    }

    /// Removes an entry. Its number may be given out again.
    pub(super) fn remove(&mut self, entry: usize) -> T {
        self.take_out(entry);
        self.free.push(entry);
        self.entries[entry].take().expect(THERE).value
    }

    pub(super) fn get(&self, entry: usize) -> &T {
        &self.slot(entry).value
    }

    pub(super) fn place(&self, entry: usize) -> Place {
        self.slot(entry).place
    }

    /// Returns the number of entries in a place.
    pub(super) fn len(&self, place: Place) -> usize {
        match place {
            Place::New => 0,
            Place::Pinned => self.pinned,
            Place::Recent | Place::Older | Place::InUse => self.queues[queue(place)].len,
            Place::Counted | Place::Decided => self.lists[list(place)].len(),
        }
    }

    /// Returns the first entry of a queue.
    pub(super) fn first(&self, place: Place) -> Option<usize> {
        self.queues[queue(place)].first
    }

    /// Iterates over a queue from its first entry.
    pub(super) fn iter(&self, place: Place) -> impl Iterator<Item = usize> {
        std::iter::successors(self.first(place), |entry| self.slot(*entry).after)
    }

    /// Iterates over a queue from its last entry.
    pub(super) fn iter_back(&self, place: Place) -> impl Iterator<Item = usize> {
        std::iter::successors(self.queues[queue(place)].last, |entry| self.slot(*entry).before)
    }

    /// Returns an entry of a list.
    pub(super) fn nth(&self, place: Place, index: usize) -> Option<usize> {
        self.lists[list(place)].get(index).copied()
    }

    /// Iterates over all entries.
    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().flatten().map(|slot| &slot.value)
    }

    /// Moves the first entry of one queue to the end of another.
    pub(super) fn move_first(&mut self, from: Place, to: Place) {
        if let Some(first) = self.first(from) {
            self.move_to(first, to);
        }
    }

    /// Moves an entry to the end of a place.
    pub(super) fn move_to(&mut self, entry: usize, place: Place) {
        // The common use: of the key that was used before.
        if place == Place::Recent && self.queues[queue(place)].last == Some(entry) {
            return;
        }
        self.take_out(entry);
        self.slot_mut(entry).place = place;
        match place {
            Place::New => {}
            Place::Pinned => self.pinned += 1,
            Place::Recent | Place::Older | Place::InUse => self.push(entry, queue(place)),
            Place::Counted | Place::Decided => {
                let list = &mut self.lists[list(place)];
                list.push(entry);
                let at = list.len() - 1;
                self.slot_mut(entry).at = at;
            }
        }
    }

    fn push(&mut self, entry: usize, queue: usize) {
        let Queue { first, last, len } = &mut self.queues[queue];
        let before = last.replace(entry);
        first.get_or_insert(entry);
        *len += 1;
        let slot = self.slot_mut(entry);
        (slot.before, slot.after) = (before, None);
        if let Some(before) = before {
            self.slot_mut(before).after = Some(entry);
        }
    }

    fn take_out(&mut self, entry: usize) {
        let &Slot { place, before, after, at, .. } = self.slot(entry);
        match place {
            Place::New => {}
            Place::Pinned => self.pinned -= 1,
            Place::Recent | Place::Older | Place::InUse => {
                match before {
                    Some(before) => self.slot_mut(before).after = after,
                    None => self.queues[queue(place)].first = after,
                }
                match after {
                    Some(after) => self.slot_mut(after).before = before,
                    None => self.queues[queue(place)].last = before,
                }
                self.queues[queue(place)].len -= 1;
            }
            Place::Counted | Place::Decided => {
                let list = &mut self.lists[list(place)];
                list.swap_remove(at);
                // The last entry of the list has taken the place.
                if let Some(&moved) = list.get(at) {
                    self.slot_mut(moved).at = at;
                }
            }
        }
        self.slot_mut(entry).place = Place::New;
    }

    fn slot(&self, entry: usize) -> &Slot<T> {
        self.entries[entry].as_ref().expect(THERE)
    }

    fn slot_mut(&mut self, entry: usize) -> &mut Slot<T> {
        self.entries[entry].as_mut().expect(THERE)
    }
}

/// The index of a queue.
const fn queue(place: Place) -> usize {
    match place {
        Place::Older => 1,
        Place::InUse => 2,
        _ => 0,
    }
}

/// The index of a list.
const fn list(place: Place) -> usize {
    match place {
        Place::Decided => 1,
        _ => 0,
    }
}
