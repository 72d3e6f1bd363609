//! Priorities: which part of the slots a call may use.

/// The priorities in the order of their classes, with the share of each in percent. A call without one may use all, and comes after `critical`.
const PRIORITIES: [(Option<&str>, u64); CLASSES] = [
    (Some("critical"), 100),
    (None, 100),
    (Some("high"), 90),
    (Some("normal"), 80),
    (Some("low"), 60),
    (Some("sheddable"), 50),
];

/// The number of classes.
pub(crate) const CLASSES: usize = 6;

/// Where the levels of the last priority begin, in percent.
const LAST: u64 = 40;

/// The number of levels within a priority.
const LEVELS: u64 = 256;

/// What one call may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    pub(crate) priority: Option<&'static str>,
    pub(crate) class: usize,
    /// In parts of a percent, of which one is a hundredth of the levels.
    part: u64,
}

impl Share {
    pub(crate) const ALL: Self = Self { priority: None, class: 1, part: 100 * LEVELS };

    /// The share of a priority, at a level that was drawn: between its own and that of the next one below.
    pub(crate) fn new(priority: &'static str, level: u64) -> Self {
        let class = PRIORITIES.iter().position(|(word, _)| *word == Some(priority)).expect("a priority");
        let most = PRIORITIES[class].1;
        let below = PRIORITIES.get(class + 1).map_or(LAST, |(_, below)| *below);
        // The first priority is shed at once or not at all.
        let part = if class == 0 { most * LEVELS } else { below * LEVELS + (most - below) * (level + 1) };
        Self { priority: Some(priority), class, part }
    }

    /// So many of `all`: rounded up, and one at least.
    pub(crate) fn of(self, all: u32) -> u32 {
        rounded_up(all, self.part)
    }

    /// Some are left to others.
    pub(crate) fn is_part(self) -> bool {
        self.part < 100 * LEVELS
    }
}

/// What a class may use at most. That counts for those that were let into the queue, whatever their level.
pub(crate) fn most_of_class(class: usize, all: u32) -> u32 {
    rounded_up(all, PRIORITIES[class].1 * LEVELS)
}

fn rounded_up(all: u32, part: u64) -> u32 {
    u32::try_from((u64::from(all) * part).div_ceil(100 * LEVELS)).expect("no more than all").max(1)
}
