//! What is known of one document.

use super::error::RemoteError;
use super::held::{Age, Held};
use super::read::{Known, Target};
use super::timing::Timing;
use crate::registry::Worth;
use crate::sync::Arc;
use crate::time::Instant;
use tokio::sync::oneshot;

/// Where a document is on its way from fetch to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its time has not come.
    Scheduled,
    /// Its time has come.
    Ready,
    /// A fetch is under way.
    InFlight,
}

/// Whether somebody waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    No,
    /// For the next one.
    Next,
    /// For the one after, because it was asked for while a fetch was under way: that answer may be older than the question.
    AfterNext,
}

/// What is known of one document.
#[derive(Debug)]
pub(super) struct Doc {
    pub(super) target: Target,
    /// The last good document.
    pub(super) held: Option<Arc<Held>>,
    /// The tag under which the last good document was sent.
    pub(super) etag: Option<Arc<str>>,
    /// A newer one, which came too soon after another was put into force.
    pub(super) pending: Option<Held>,
    pub(super) installed_at: Option<Instant>,
    /// When the control plane last said that `held` is what there is.
    pub(super) confirmed_at: Instant,
    /// Until when it counts as fresh.
    pub(super) fresh_until: Instant,
    pub(super) age: Age,
    /// Why the last fetch brought nothing.
    pub(super) error: Option<RemoteError>,
    /// The fingerprint of the text that was refused last.
    pub(super) refused: Option<u64>,
    /// Failures in a row.
    pub(super) failures: u32,
    pub(super) is_missing: bool,
    pub(super) phase: Phase,
    pub(super) wanted: Wanted,
    /// True if the server has said that it can hold an answer back until there is something new.
    pub(super) can_wait: bool,
    /// Dropping this ends the request that waits at the server.
    pub(super) held_back: Option<oneshot::Sender<()>>,
}

impl Doc {
    pub(super) fn new(target: Target, now: Instant) -> Self {
        Self {
            target,
            held: None,
            etag: None,
            pending: None,
            installed_at: None,
            confirmed_at: now,
            fresh_until: now,
            age: Age::Fresh,
            error: None,
            refused: None,
            failures: 0,
            is_missing: false,
            phase: Phase::Scheduled,
            wanted: Wanted::No,
            can_wait: false,
            held_back: None,
        }
    }

    /// Returns what is lost if the document is forgotten.
    pub(super) fn worth(&self) -> Worth {
        match (self.phase, &self.held) {
            (Phase::InFlight, _) => Worth::InUse,
            (_, Some(_)) => Worth::Counted,
            (_, None) => Worth::Nothing,
        }
    }

    /// Returns the newest good document: the one that is not in force yet, if there is one.
    pub(super) fn newest(&self) -> Option<&Held> {
        self.pending.as_ref().or(self.held.as_deref())
    }

    /// Returns the texts that need not be read again.
    pub(super) fn known(&self) -> Known {
        Known { good: self.newest().map(|held| held.fingerprint), refused: self.refused }
    }

    /// Returns what is in force, if it is not too old.
    pub(super) fn in_force(&self) -> Option<&Arc<Held>> {
        self.held.as_ref().filter(|_| self.age != Age::TooOld)
    }

    /// Notes how old the document is. Returns true if that changes what is said about it, and when to look again.
    pub(super) fn grow_older(&mut self, timing: &Timing, now: Instant) -> (bool, Option<Instant>) {
        if self.held.is_none() {
            self.age = Age::Fresh;
            return (false, None);
        }
        let since = now.saturating_duration_since(self.confirmed_at);
        let too_old = timing.max_staleness;
        let (age, next) = if too_old.is_some_and(|limit| since >= limit) {
            (Age::TooOld, None)
        } else if self.error.is_some() || now >= self.fresh_until {
            Age::stale(since)
        } else {
            (Age::Fresh, Some(self.fresh_until.saturating_duration_since(self.confirmed_at)))
        };
        let next = [next, too_old.filter(|_| age != Age::TooOld)].into_iter().flatten().min();
        let changed = std::mem::replace(&mut self.age, age) != age;
        (changed, next.map(|next| self.confirmed_at.saturating_add(next)))
    }
}
