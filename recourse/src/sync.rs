//! The atomics and locks of the crate, in one place, so that a model checker can stand in for them.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};
pub(crate) use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Locks, and goes on after a panic of another holder: no user code runs under a lock of ours, so what it guards is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the cell holds, or what is made for it. Making runs outside the cell, where [`OnceLock::get_or_init`] would deadlock
/// if what is made came back to the same cell; of two threads that make at once, one keeps what it made.
#[inline]
pub(crate) fn get_or_make<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    cell.get().unwrap_or_else(|| {
        let made = make();
        cell.get_or_init(|| made)
    })
}

/// The same, for rooms whose interleavings a model checker runs through: `loom` stands in for std in their unit tests when they
/// are built with `--cfg loom`.
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

    /// As [`lock`](super::lock).
    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(super::PoisonError::into_inner)
    }
}
