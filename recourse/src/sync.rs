//! The atomics and locks of the crate, in one place.
//!
//! Modules take them from here and not from std, so that a model checker can replace them. [`modelled`] is what loom replaces today,
//! for the circuit breaker; a module that is to be modelled next takes its atomics and locks from there.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
pub(crate) use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

/// Locks, and ignores poisoning: no user code runs under a lock of this crate, so what the lock guards is whole even if another
/// holder panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the value of the cell, which is made if there is none. `make` runs outside the cell: inside of
/// [`OnceLock::get_or_init`] it would deadlock if it came back to the same cell. If two threads make a value at once, the first to
/// finish wins.
#[inline]
pub(crate) fn get_or_make<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    cell.get().unwrap_or_else(|| {
        let made = make();
        cell.get_or_init(|| made)
    })
}

/// Atomics and locks of the modules that are model-checked: loom's in unit tests that are built with `--cfg loom`, std's otherwise.
pub(crate) mod modelled {
    #[cfg(all(test, loom))]
    pub(crate) use loom::sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    };
    #[cfg(not(all(test, loom)))]
    pub(crate) use std::sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    };

    /// Locks like [`lock`](super::lock).
    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(super::PoisonError::into_inner)
    }
}
