//! The limits of which the code that runs holds a slot: a call inside of such code takes no second one.

use std::cell::Cell;

thread_local! {
    /// The addresses of the limits, the innermost last. Taken and put back, so that nothing is borrowed while other code runs.
    static HELD: Cell<Vec<usize>> = const { Cell::new(Vec::new()) };
}

/// Looks at the limits. `None` on a thread that goes away.
fn with<T>(act: impl FnOnce(&mut Vec<usize>) -> T) -> Option<T> {
    HELD.try_with(|cell| {
        let mut held = cell.take();
        let result = act(&mut held);
        cell.set(held);
        result
    })
    .ok()
}

/// True if the code that runs holds a slot of this limit.
pub(crate) fn holds(limit: usize) -> bool {
    with(|held| held.contains(&limit)).unwrap_or(false)
}

/// An attempt that holds a slot, while it is polled or made.
#[derive(Debug)]
#[must_use = "the slot is held while this lives"]
pub(crate) struct HeldSlot(());

impl HeldSlot {
    pub(crate) fn new(limit: usize) -> Option<Self> {
        with(|held| held.push(limit)).map(|()| Self(()))
    }
}

impl Drop for HeldSlot {
    fn drop(&mut self) {
        // Attempts are entered and left like the frames of a stack.
        let _ = with(Vec::pop);
    }
}

#[cfg(test)]
mod tests {
    use super::{HeldSlot, holds};

    #[test]
    fn what_is_held_is_held_until_it_is_left() {
        assert!(!holds(1));
        let outer = HeldSlot::new(1);
        let inner = HeldSlot::new(2);
        assert!(holds(1) && holds(2) && !holds(3));
        drop(inner);
        assert!(holds(1) && !holds(2));
        drop(outer);
        assert!(!holds(1));
    }
}
