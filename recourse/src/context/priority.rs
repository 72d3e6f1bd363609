//! How much a call matters, next to others.

use crate::rng;
use std::fmt;
use std::str::FromStr;

/// How much a call matters, next to others that share its slots.
///
/// While slots are free, a priority changes nothing. When they are nearly all taken, calls of a lower priority are refused first: each
/// priority may use only a share of the slots, counted against all calls that run. A call that states none may use all.
///
/// `priority = "low"` in the attribute sets it for a call and for all that is guarded beneath; [`with_priority`](super::with_priority) sets it
/// where no guarded call does, and [`priority`](super::priority()) reads it.
///
/// ```
/// use recourse::concurrency::Share;
/// use recourse::context::Priority;
///
/// assert_eq!(Priority::ALL.map(Priority::percent), [100, 90, 80, 60, 50]);
/// assert_eq!(Share::most(Priority::Low).slots(20), 12, "low starts only while fewer than 12 of 20 run");
///
/// assert_eq!("low".parse(), Ok(Priority::Low));
/// assert_eq!(Priority::Low.to_string(), "low");
/// assert!(Priority::Sheddable < Priority::Critical);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// May be refused before everything else: half of the slots.
    Sheddable,
    /// 60 % of the slots.
    Low,
    /// 80 % of the slots.
    Normal,
    /// 90 % of the slots.
    High,
    /// All slots.
    Critical,
}

impl Priority {
    /// All priorities, the highest first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Normal, Self::Low, Self::Sheddable];

    /// Returns the word for it: `critical`, `high`, `normal`, `low` or `sheddable`.
    ///
    /// ```
    /// use recourse::context::Priority;
    ///
    /// assert_eq!(Priority::Sheddable.as_str(), "sheddable");
    /// assert_eq!("low".parse(), Ok(Priority::Low));
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
            Self::Sheddable => "sheddable",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no priority.
///
/// ```
/// use recourse::context::{Priority, UnknownPriority};
///
/// let unknown: UnknownPriority = "urgent".parse::<Priority>().unwrap_err();
/// assert_eq!(unknown.to_string(), "a priority is one of critical, high, normal, low and sheddable");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownPriority;

impl fmt::Display for UnknownPriority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a priority is one of critical, high, normal, low and sheddable")
    }
}

impl std::error::Error for UnknownPriority {}

impl FromStr for Priority {
    type Err = UnknownPriority;

    fn from_str(word: &str) -> Result<Self, UnknownPriority> {
        Self::ALL.into_iter().find(|priority| priority.as_str() == word).ok_or(UnknownPriority)
    }
}

/// What `priority = ..` of the attribute takes as an expression: a [`Priority`], or an `Option` of one, of which `None` leaves the priority
/// around the call as it is.
///
/// ```
/// use recourse::context::{IntoPriority, Priority};
///
/// assert_eq!(Priority::Low.into_priority(), Some(Priority::Low));
/// assert_eq!(None.into_priority(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no priority",
    label = "not a `Priority`",
    note = "a priority is a `recourse::context::Priority`, or an `Option` of one; text that is known at compile time is written in quotes: `priority = \"low\"`"
)]
pub trait IntoPriority {
    /// Returns the priority, if one is meant.
    fn into_priority(self) -> Option<Priority>;
}

impl IntoPriority for Priority {
    fn into_priority(self) -> Option<Priority> {
        Some(self)
    }
}

impl IntoPriority for Option<Priority> {
    fn into_priority(self) -> Option<Priority> {
        self
    }
}

/// A priority, and the level that says who of the same priority is refused first.
///
/// # Design notes
///
/// - The level is drawn where the priority is set, once, and holds for all that is guarded beneath. So the attempts of a call have the same fate,
///   and so have the calls of one piece of work: a request that needs three of them is not refused three times as often.
/// - Whoever states the priority that is there already keeps the level, for the same reason.
/// - Both are bits of the word of the thread that says whether anything is known there, so a thread that knows nothing pays nothing, and
///   what puts the word back puts them back, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DrawnPriority {
    priority: Priority,
    level: u8,
}

/// Where the priority begins in the word of the thread: 0 for none.
const PRIORITY: u32 = 16;
/// Where the level begins.
const LEVEL: u32 = 24;

impl DrawnPriority {
    /// The bits of the word that are taken.
    pub(super) const BITS: u64 = 0x7 << PRIORITY | 0xFF << LEVEL;

    /// Draws a level, unless the priority is the one `around`.
    pub(crate) fn drawn(priority: Priority, around: Option<Self>) -> Self {
        let level = || u8::try_from(rng::up_to(u8::MAX.into())).unwrap_or(u8::MAX);
        around.filter(|around| around.priority == priority).unwrap_or_else(|| Self { priority, level: level() })
    }

    pub(crate) const fn priority(self) -> Priority {
        self.priority
    }

    /// The level: the highest is refused last.
    pub(crate) const fn level(self) -> u8 {
        self.level
    }

    pub(super) const fn bits(self) -> u64 {
        (self.priority as u64 + 1) << PRIORITY | (self.level as u64) << LEVEL
    }

    pub(super) const fn of(word: u64) -> Option<Self> {
        let priority = match (word >> PRIORITY) & 0x7 {
            1 => Priority::Sheddable,
            2 => Priority::Low,
            3 => Priority::Normal,
            4 => Priority::High,
            5 => Priority::Critical,
            _ => return None,
        };
        let [level, ..] = (word >> LEVEL).to_le_bytes();
        Some(Self { priority, level })
    }
}

#[cfg(test)]
mod tests {
    use super::{DrawnPriority, Priority};

    #[test]
    fn each_priority_and_level_fits_into_its_bits_and_comes_back() {
        for priority in Priority::ALL {
            for level in 0..=u8::MAX {
                let drawn = DrawnPriority { priority, level };
                assert_eq!(drawn.bits() & !DrawnPriority::BITS, 0);
                assert_eq!(DrawnPriority::of(drawn.bits() | !DrawnPriority::BITS), Some(drawn));
            }
        }
        assert_eq!(DrawnPriority::of(!DrawnPriority::BITS), None);
        assert_eq!(DrawnPriority::BITS >> 32, 0, "the word has 32 bits");
    }
}
