//! Who runs under one key, and how many may.
//!
//! A limit that changes does not stop those that run, nor those that hold a slot and have not begun. So time is cut into *epochs*, one for each
//! change and one for the time between two, and a call belongs to the epoch in which it began: it took its slots no earlier. As many may run as
//! the largest limit since the oldest call that runs.

use std::iter;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::yield_now;

/// The limit of a key without one.
pub(crate) const ANY: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    epochs: Vec<Epoch>,
    running: u32,
    began: u64,
    most_at_once: u32,
    fault: Option<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Epoch {
    /// How many may run.
    most: u32,
    /// The calls that began in it and are still in their first poll, in which they may put a policy in force.
    entering: u32,
    /// Their bodies that run.
    running: u32,
}

/// A call in its first poll.
pub(crate) struct Entering(Arc<Ledger>, pub(crate) usize);

/// A body that runs.
pub(crate) struct Running(Arc<Ledger>, usize);

impl Ledger {
    pub(crate) fn new(most: u32) -> Arc<Self> {
        let book = Book { epochs: vec![Epoch { most, ..Epoch::default() }], ..Book::default() };
        Arc::new(Self(Mutex::new(book)))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call begins.
    pub(crate) fn enter(self: &Arc<Self>) -> Entering {
        let mut book = self.book();
        let now = book.epochs.len() - 1;
        book.epochs[now].entering += 1;
        Entering(self.clone(), now)
    }

    /// The body of a call begins that began in this epoch.
    pub(crate) fn run(self: &Arc<Self>, epoch: usize) -> Running {
        let mut book = self.book();
        book.epochs[epoch].running += 1;
        book.running += 1;
        book.began += 1;
        let oldest = book.epochs.iter().position(|epoch| epoch.running > 0).unwrap_or(epoch);
        let most = book.epochs[oldest..].iter().map(|epoch| epoch.most).max().unwrap_or(0);
        if most < ANY {
            book.most_at_once = book.most_at_once.max(book.running);
        }
        if book.running > most {
            let fault = format!("{} run at once, and no limit of that time was above {most}", book.running);
            book.fault.get_or_insert(fault);
        }
        Running(self.clone(), epoch)
    }

    /// Another limit is about to be put in force: until that is done, the larger of the two counts.
    pub(crate) fn changes(&self, most: u32) {
        let mut book = self.book();
        let before = book.epochs.last().map_or(0, |epoch| epoch.most);
        book.epochs.push(Epoch { most: most.max(before), ..Epoch::default() });
    }

    /// The limit has been changed. It counts once every call that may have been about to put one in force is past that.
    pub(crate) async fn changed(&self, most: u32) {
        let last = {
            let mut book = self.book();
            let last = book.epochs.len();
            let during = book.epochs.last().copied().unwrap_or_default();
            book.epochs.push(Epoch { most: during.most, ..Epoch::default() });
            last
        };
        while self.book().epochs[..last].iter().any(|epoch| epoch.entering > 0) {
            yield_now().await;
        }
        self.book().epochs.push(Epoch { most, ..Epoch::default() });
    }

    /// How many bodies have begun, and how many ran at once under a limit at most. Nobody may run any more.
    pub(crate) fn close(&self) -> Result<(u64, u32), String> {
        let book = self.book();
        let left = book.epochs.iter().map(|epoch| epoch.running + epoch.entering).chain(iter::once(book.running)).sum();
        match (&book.fault, left) {
            (Some(fault), _) => Err(fault.clone()),
            (None, 0) => Ok((book.began, book.most_at_once)),
            (None, left) => Err(format!("{left} have not ended")),
        }
    }

    pub(crate) fn note_fault(&self, fault: String) {
        self.book().fault.get_or_insert(fault);
    }
}

impl Drop for Entering {
    fn drop(&mut self) {
        self.0.book().epochs[self.1].entering -= 1;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut book = self.0.book();
        book.epochs[self.1].running -= 1;
        book.running -= 1;
    }
}
