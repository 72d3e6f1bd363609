//! When the snapshot is written.

use crate::time::Instant;
use std::time::Duration;

/// The shortest time between two writes.
const AFTER_CHANGE: Duration = Duration::from_secs(1);
/// How often it is written although nothing has changed, so that it says when the documents were confirmed.
const AFTER_CONFIRMATION: Duration = Duration::from_secs(60);

/// What has happened since the snapshot was written.
#[derive(Debug)]
pub(super) struct Writes {
    has_changed: bool,
    is_confirmed: bool,
    is_writing: bool,
    written_at: Option<Instant>,
    /// Why the last write failed.
    pub(super) error: Option<String>,
}

impl Writes {
    /// `error` is why the file cannot be read.
    pub(super) fn new(error: Option<String>) -> Self {
        Self { has_changed: false, is_confirmed: false, is_writing: false, written_at: None, error }
    }

    pub(super) fn changed(&mut self) {
        self.has_changed = true;
    }

    pub(super) fn confirmed(&mut self) {
        self.is_confirmed = true;
    }

    /// Returns when to write next.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        let wait = match (self.has_changed, self.is_confirmed) {
            _ if self.is_writing => return None,
            (true, _) if self.error.is_none() => AFTER_CHANGE,
            (false, false) => return None,
            _ => AFTER_CONFIRMATION,
        };
        Some(self.written_at.map_or(now, |at| at.saturating_add(wait)))
    }

    /// Notes that the state of now is being written.
    pub(super) fn begin(&mut self, now: Instant) {
        (self.has_changed, self.is_confirmed, self.is_writing) = (false, false, true);
        self.written_at = Some(now);
    }

    /// Notes how a write ended. Returns the error if it is another than before.
    pub(super) fn end(&mut self, result: Result<(), String>) -> Option<String> {
        self.is_writing = false;
        // What could not be written is still to be written.
        self.has_changed |= result.is_err();
        let error = result.err();
        let is_new = error.is_some() && error != self.error;
        self.error = error;
        self.error.clone().filter(|_| is_new)
    }
}
