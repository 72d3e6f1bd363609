//! What a thread knows of the calls around the code that it runs.

use super::limits::Limits;
use crate::time::Instant;
use std::cell::Cell;

/// What is known, in a value that is copied into the thread and out of it. All zero: nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ambient {
    /// The deadline of what runs here.
    pub(crate) limits: Limits,
    /// When the request arrived that is served here.
    pub(crate) arrival: Option<Instant>,
}

impl Ambient {
    pub(crate) const NOTHING: Self = Self { limits: Limits::NONE, arrival: None };
}

thread_local! {
    // Without a destructor, so that code which a thread runs while it goes away finds it, too.
    static AMBIENT: Cell<Ambient> = const { Cell::new(Ambient::NOTHING) };
}

/// Returns what the code that runs now is inside of.
#[inline]
pub(crate) fn ambient() -> Ambient {
    AMBIENT.get()
}

/// Sets what a thread knows, until it is dropped: then the thread knows what it knew before, also after a panic.
#[derive(Debug)]
pub(crate) struct Entered {
    before: Ambient,
}

impl Entered {
    /// Sets it, for as long as the future is polled that it belongs to.
    #[inline]
    pub(crate) fn new(now: Ambient) -> Self {
        Self { before: AMBIENT.replace(now) }
    }
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        AMBIENT.set(self.before);
    }
}
