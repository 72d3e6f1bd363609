//! What a thread knows of the calls around the code that it runs.
//!
//! # Design notes
//!
//! - **One word says whether anything is there** ([`busy`]). It is zero for a call that is inside of nothing. The rest is valid only as far as this
//!   word says so.
//! - **Half of it is all that most calls look at** ([`must_look`]): what may keep a call from beginning like any other. A deadline whose time has
//!   not begun to count does not, so a call inside of another one in its first poll begins as if it were alone.
//! - **A poll that sets something says so in that word, too**, so that afterwards one look finds both: that there is something to put
//!   back, and that calls inside have left [`Marks`].

use super::limits::Limits;
use super::marks::Marks;
use super::priority::DrawnPriority;
use crate::time::Instant;
use std::cell::Cell;
use std::mem;

/// The deadline is a moment, or is that as well. Whether it is over, the clock says.
const MOMENT: u64 = 1 << 8;
/// There is a deadline.
const LIMITED: u64 = 1 << 19;
/// A poll around has set something.
const SET: u64 = 1 << 20;
/// The request was stamped when it arrived.
const STAMPED: u64 = 1 << 21;

/// The bits of a word that say which deadline there is.
const fn bits_of(limits: Limits) -> u64 {
    match (limits.any(), limits.moment()) {
        (false, _) => 0,
        (true, None) => LIMITED,
        (true, Some(_)) => LIMITED | MOMENT,
    }
}

/// What is known, in cells that are copied into and out of. Without a destructor, so that code which a thread runs while it goes away finds
/// them, too.
struct Cells {
    /// [`Marks`] in the lowest byte, which of the other cells are valid, and a [`DrawnPriority`]. In the lower 16 bits, what every call must
    /// look at.
    busy: Cell<u64>,
    limits: Cell<Limits>,
    arrival: Cell<Option<Instant>>,
}

thread_local! {
    static CELLS: Cells =
        const { Cells { busy: Cell::new(0), limits: Cell::new(Limits::NONE), arrival: Cell::new(None) } };
}

/// Returns a word that is zero unless something is known here.
#[inline]
pub(crate) fn busy() -> u64 {
    CELLS.with(|cells| cells.busy.get())
}

/// Returns a word of at most 16 bits, which is zero unless a call that begins here must look at what it is inside of: the deadline may be
/// over, or there are marks that the call has to keep apart from its own.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the rest is what no call has to look at")]
pub(crate) fn must_look() -> u64 {
    u64::from(busy() as u16)
}

/// True if a poll that has just ended may have something to put back, or calls inside of it may have left marks.
#[inline]
pub(crate) fn is_touched() -> bool {
    busy() & (SET | Marks::ALL) != 0
}

/// The deadline of the code that runs now.
pub(crate) fn limits() -> Limits {
    CELLS.with(|cells| if cells.busy.get() & LIMITED == 0 { Limits::NONE } else { cells.limits.get() })
}

/// When the request arrived that is served by the code that runs now.
pub(super) fn arrival() -> Option<Instant> {
    CELLS.with(|cells| if cells.busy.get() & STAMPED == 0 { None } else { cells.arrival.get() })
}

/// The priority of the code that runs now.
pub(crate) fn drawn_priority() -> Option<DrawnPriority> {
    DrawnPriority::of(busy())
}

/// The marks that are left here.
pub(crate) fn marks() -> Marks {
    Marks::of(busy())
}

/// Sets a deadline, in the place of the one around, for what is polled until the context is left.
pub(crate) fn enter_until(moment: Instant) -> Entered {
    Entered::new(Ambient { limits: Limits::at(Some(moment)), ..Ambient::here() })
}

/// Leaves marks for the attempt around.
#[cold]
pub(crate) fn mark(marks: Marks) {
    CELLS.with(|cells| cells.busy.set(cells.busy.get() | marks.bits()));
}

/// Takes away what failures have marked here: what they were part of has succeeded all the same.
#[inline]
pub(crate) fn forgive() {
    if marks() != Marks::NONE {
        let _ = take_marks();
    }
}

/// Takes the marks that are left here.
#[cold]
pub(crate) fn take_marks() -> Marks {
    CELLS.with(|cells| {
        let busy = cells.busy.get();
        cells.busy.set(busy & !Marks::ALL);
        Marks::of(busy)
    })
}

/// The limits of an attempt, set while the attempt is polled or made. When this is dropped, the thread knows what it knew before, also after
/// a panic. What calls inside have marked stays inside.
#[derive(Debug)]
#[must_use = "the limits end when this is dropped"]
pub(crate) struct Inside {
    busy: u64,
    limits: Limits,
}

impl Inside {
    /// Sets the limits of an attempt, and the priority of its call if it has one. Without one, that of whoever polls it stays.
    #[inline]
    pub(crate) fn enter(limits: Limits, priority: Option<DrawnPriority>) -> Self {
        CELLS.with(|cells| {
            let before = Self { busy: cells.busy.get(), limits: cells.limits.get() };
            let around = before.busy & !(Marks::ALL | LIMITED | MOMENT);
            let known = priority.map_or(around, |own| (around & !DrawnPriority::BITS) | own.bits());
            cells.limits.set(limits);
            cells.busy.set(known | bits_of(limits) | SET);
            before
        })
    }

    /// Sets the limits of an attempt in addition to those that are known here. No call has left a mark here.
    #[inline]
    pub(crate) fn enter_within(limits: Limits) -> Self {
        CELLS.with(|cells| {
            let before = Self { busy: cells.busy.get(), limits: cells.limits.get() };
            let now = if before.busy & LIMITED == 0 { limits } else { limits.earlier(before.limits) };
            cells.limits.set(now);
            cells.busy.set(before.busy | bits_of(now) | SET);
            before
        })
    }

    /// Puts back what was known before. Returns the marks of the calls inside.
    #[inline]
    pub(crate) fn leave(self) -> Marks {
        let marks = marks();
        self.restore();
        mem::forget(self);
        marks
    }

    #[inline]
    fn restore(&self) {
        CELLS.with(|cells| {
            cells.limits.set(self.limits);
            cells.busy.set(self.busy);
        });
    }
}

impl Drop for Inside {
    #[inline]
    fn drop(&mut self) {
        self.restore();
    }
}

/// The limits of an attempt on a thread that knew nothing before, set while the attempt is polled, until this is [left](Self::leave).
///
/// A plain value: whoever has entered leaves again, also after a panic.
#[derive(Clone, Copy, Debug)]
#[must_use = "the limits stay until this is left"]
pub(crate) struct Alone(());

impl Alone {
    /// Sets the limits of an attempt, unless something is known here: then there is more to keep.
    #[inline]
    pub(crate) fn enter(limits: Limits) -> Option<Self> {
        CELLS.with(|cells| {
            if cells.busy.get() != 0 {
                return None;
            }
            cells.limits.set(limits);
            cells.busy.set(LIMITED);
            Some(Self(()))
        })
    }

    /// Forgets the limits: the thread knows nothing again. Returns the marks of the calls inside.
    #[inline]
    #[expect(clippy::unused_self, reason = "only who has entered alone may leave so")]
    pub(crate) fn leave(self) -> Marks {
        CELLS.with(|cells| Marks::of(cells.busy.replace(0)))
    }
}

/// What is known in a context that is no attempt's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ambient {
    pub(super) limits: Limits,
    pub(super) arrival: Option<Instant>,
    pub(super) priority: Option<DrawnPriority>,
}

impl Ambient {
    /// What is known here.
    pub(super) fn here() -> Self {
        Self { limits: limits(), arrival: arrival(), priority: drawn_priority() }
    }
}

/// A context, while a future is polled in it. Unlike those of an attempt, its marks go on to what is around.
#[derive(Debug)]
#[must_use = "the context is left when this is dropped"]
pub(crate) struct Entered {
    before: Ambient,
    busy: u64,
}

impl Entered {
    pub(super) fn new(now: Ambient) -> Self {
        CELLS.with(|cells| {
            let (before, busy) = (Ambient::here(), cells.busy.get());
            let stamped = if now.arrival.is_some() { STAMPED } else { 0 };
            cells.limits.set(now.limits);
            cells.arrival.set(now.arrival);
            let priority = now.priority.map_or(0, DrawnPriority::bits);
            let around = busy & !(LIMITED | MOMENT | STAMPED | DrawnPriority::BITS);
            cells.busy.set(around | bits_of(now.limits) | stamped | priority);
            Self { before, busy }
        })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CELLS.with(|cells| {
            let marks = Marks::of(cells.busy.get());
            cells.limits.set(self.before.limits);
            cells.arrival.set(self.before.arrival);
            cells.busy.set((self.busy & !Marks::ALL) | marks.bits());
        });
    }
}
