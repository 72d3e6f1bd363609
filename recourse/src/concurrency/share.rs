//! The share of the slots that a call may use, by its priority.

use crate::context::{DrawnPriority, Priority};
use crate::rng;

impl Priority {
    /// Returns the share of the slots that calls of this priority may use at most, in percent.
    #[must_use]
    pub const fn percent(self) -> u32 {
        match self {
            Self::Critical => 100,
            Self::High => 90,
            Self::Normal => 80,
            Self::Low => 60,
            Self::Sheddable => 50,
        }
    }

    /// Where the levels of this priority begin: at the share of the next lower one.
    const fn least_percent(self) -> u32 {
        match self {
            // The one priority that is not shed in part.
            Self::Critical => 100,
            Self::High => Self::Normal.percent(),
            Self::Normal => Self::Low.percent(),
            Self::Low => Self::Sheddable.percent(),
            Self::Sheddable => 40,
        }
    }

    /// The number of its class. Between the first two stands that of calls without a priority.
    const fn class(self) -> u8 {
        match self {
            Self::Critical => 0,
            Self::High => 2,
            Self::Normal => 3,
            Self::Low => 4,
            Self::Sheddable => 5,
        }
    }
}

/// The number of classes: calls without a priority, and those of each.
pub(super) const CLASSES: usize = 6;

/// One percent of the slots, in the units of a [`Share`]: so fine that 256 levels make a difference.
const PERCENT: u32 = 256;

/// The share of the slots that one call may use: that of its priority, and of its level within the priority.
///
/// The level is drawn once, where the priority is set, and kept for all attempts of the call and all calls in it. Calls of one priority are spread
/// by their levels between its share and that of the next lower one, so that a priority is shed in part, and the attempts of one call have the same
/// fate. `Critical` has no levels.
///
/// ```
/// use recourse::concurrency::{Priority, Share};
///
/// assert_eq!(Share::ALL.slots(10), 10);
/// let (first, last) = (Share::of(Priority::Normal, 255), Share::of(Priority::Normal, 0));
/// assert_eq!((first.slots(100), last.slots(100)), (80, 61));
/// assert_eq!(Share::of(Priority::Sheddable, 0).slots(1), 1, "never less than one slot");
///
/// let (drawn, most) = (Share::drawn(Priority::High), Share::most(Priority::High));
/// assert!(drawn.slots(100) <= most.slots(100));
/// assert_eq!((most.of_class(), drawn.of_class()), (0.9, 0.9));
/// assert_eq!((most.priority(), Share::ALL.priority()), (Some(Priority::High), None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// In units of 1/256 percent.
    part: u16,
    /// The largest share of the class, in percent.
    most: u8,
    class: u8,
}

impl Share {
    /// All slots: the share of calls that state no priority.
    pub const ALL: Self = Self::new(100 * PERCENT, 100, 1);

    const fn new(part: u32, most: u32, class: u8) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "at most 100 percent")]
        Self { part: part as u16, most: most as u8, class }
    }

    /// Returns the share of a priority at a level: 255 is shed last.
    #[must_use]
    pub const fn of(priority: Priority, level: u8) -> Self {
        let (least, most) = (priority.least_percent(), priority.percent());
        Self::new(least * PERCENT + (most - least) * (level as u32 + 1), most, priority.class())
    }

    /// The share of a call whose priority was drawn, or that has none.
    pub(crate) fn of_drawn(drawn: Option<DrawnPriority>) -> Self {
        drawn.map_or(Self::ALL, |drawn| Self::of(drawn.priority(), drawn.level()))
    }

    /// Returns the share of a priority at a level that is drawn at random.
    #[must_use]
    pub fn drawn(priority: Priority) -> Self {
        Self::of(priority, u8::try_from(rng::up_to(255)).unwrap_or(u8::MAX))
    }

    /// Returns the largest share of a priority.
    #[must_use]
    pub const fn most(priority: Priority) -> Self {
        Self::of(priority, u8::MAX)
    }

    /// Returns the number of slots that this share is, out of `limit`: rounded up, and at least one.
    #[must_use]
    #[inline]
    pub const fn slots(self, limit: u32) -> u32 {
        let limit = if limit == 0 { 1 } else { limit };
        if self.part as u32 == 100 * PERCENT {
            return limit;
        }
        let slots = (limit as u64 * self.part as u64).div_ceil(100 * PERCENT as u64);
        #[expect(clippy::cast_possible_truncation, reason = "at most the limit")]
        let slots = slots as u32;
        slots
    }

    /// Returns the largest share that any call of this priority has, between 0 and 1. A limit that learns treats the calls of a priority alike.
    #[must_use]
    pub fn of_class(self) -> f64 {
        f64::from(self.most) / 100.0
    }

    /// Returns the priority; `None` for a call without one.
    #[must_use]
    pub fn priority(self) -> Option<Priority> {
        Priority::ALL.into_iter().find(|priority| priority.class() == self.class)
    }

    /// True if there are slots that this share leaves to others.
    pub(super) const fn is_part(self) -> bool {
        (self.part as u32) < 100 * PERCENT
    }

    /// The number of the class, below [`CLASSES`]: the smaller, the more the class matters. Calls without a priority stand behind critical
    /// ones, and before all others.
    pub(super) const fn class(self) -> usize {
        self.class as usize
    }

    /// The largest share of each class. Waiting calls are handed slots by it, since a call that was let into the queue is not shed any more.
    pub(super) const fn classes() -> [Self; CLASSES] {
        [
            Self::most(Priority::Critical),
            Self::ALL,
            Self::most(Priority::High),
            Self::most(Priority::Normal),
            Self::most(Priority::Low),
            Self::most(Priority::Sheddable),
        ]
    }
}

impl Default for Share {
    fn default() -> Self {
        Self::ALL
    }
}
