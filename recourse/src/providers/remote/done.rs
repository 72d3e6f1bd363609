//! What the end of a fetch changes.

use super::doc::Doc;
use super::error::{RemoteError, RemoteErrorKind};
use super::held::Held;
use super::read::{Verdict, check_version};
use super::state::{State, Told};
use super::timers::{Event, Id};
use super::timing::around;
use super::turn::WAITING;
use crate::observe::OutageEvent;
use crate::sync::Arc;
use crate::time::Instant;
use std::time::Duration;

/// A document is put into force at most so often, and the newest version then.
const INSTALL_EVERY: Duration = Duration::from_secs(1);
/// The mean time between two requests that wait at the server.
const WAIT_AGAIN: Duration = Duration::from_secs(1);

/// The end of a fetch.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) id: Id,
    /// True if the server was allowed to hold the answer back, and for how long it did.
    pub(super) waited: bool,
    pub(super) took: Duration,
    pub(super) verdict: Verdict,
    pub(super) etag: Option<Arc<str>>,
    pub(super) max_age: Option<Duration>,
    /// True if the server says that it can hold answers back.
    pub(super) can_wait: bool,
}

impl State {
    /// Notes the end of a fetch, and when the document is fetched next.
    pub(super) fn done(&mut self, done: Done, now: Instant) {
        let Done { id, waited, took, verdict, etag, max_age, can_wait } = done;
        if waited {
            self.waiting = self.waiting.saturating_sub(1);
        } else {
            self.in_flight = self.in_flight.saturating_sub(1);
        }
        let Some(doc) = self.docs.get_mut(&id) else { return };
        doc.is_in_flight = false;
        let is_answer = !matches!(verdict, Verdict::Outage(..));
        let verdict = match verdict {
            Verdict::Good(new) => match doc.newest().map_or(Ok(()), |old| check_version(&doc.target, old, &new)) {
                Ok(()) => Verdict::Good(new),
                Err(error) => Verdict::Refused(error, new.fingerprint),
            },
            verdict => verdict,
        };
        // A server that answers at once although it may wait is not asked again at once.
        let is_quick = waited && matches!(verdict, Verdict::Same) && took < self.timing.wait.unwrap_or_default() / 2;
        doc.can_wait = can_wait && !is_quick;
        let delay = match verdict {
            Verdict::Good(held) => {
                doc.etag = etag;
                self.good(id, *held, now);
                self.confirm(id, max_age, now)
            }
            Verdict::Same => self.confirm(id, max_age, now),
            Verdict::StillRefused => self.timing.after_answer(max_age),
            Verdict::Missing => self.missing(id),
            Verdict::Refused(error, fingerprint) => {
                doc.refused = Some(fingerprint);
                self.counts.refusals += 1;
                self.fail(id, error, true);
                self.timing.after_answer(max_age)
            }
            Verdict::Failed(error) => {
                let failures = self.fail(id, error, true);
                self.timing.after_failures(failures).max(self.timing.after_answer(None))
            }
            Verdict::Outage(error, pushback) => self.outage(id, error, pushback, now),
        };
        if is_answer {
            self.reached(now);
        }
        self.grow_older(id, now);
        self.schedule(id, delay, now);
    }

    fn schedule(&mut self, id: Id, delay: Duration, now: Instant) {
        let Some(doc) = self.docs.get_mut(&id) else { return };
        // Asked for while the fetch was under way: the answer may be older than the question.
        let again = std::mem::take(&mut doc.is_wanted_again);
        doc.is_wanted &= again;
        let delay = if again { Duration::ZERO } else { delay };
        self.timers.set(id, Event::Fetch, Some(now.saturating_add(delay)));
    }

    /// Puts a good document into force, or keeps it until the time has come.
    fn good(&mut self, id: Id, held: Held, now: Instant) {
        let Some(doc) = self.docs.get_mut(&id) else { return };
        let allowed_at = doc.installed_at.map_or(now, |at| at.saturating_add(INSTALL_EVERY));
        if allowed_at <= now {
            doc.pending = None;
            self.install(id, held, now);
        } else {
            doc.pending = Some(held);
            self.timers.set(id, Event::Install, Some(allowed_at));
        }
    }

    /// Notes that the control plane says what is known already. Returns the delay before the next fetch.
    fn confirm(&mut self, id: Id, max_age: Option<Duration>, now: Instant) -> Duration {
        let Some(doc) = self.docs.get_mut(&id) else { return Duration::ZERO };
        (doc.error, doc.refused, doc.failures, doc.is_missing) = (None, None, 0, false);
        doc.confirmed_at = now;
        let waits = doc.can_wait && self.waiting < WAITING;
        let delay = if waits { around(WAIT_AGAIN) } else { self.timing.after_answer(max_age) };
        // What is held back at the server comes later than it is asked for.
        let held_back = self.timing.wait.filter(|_| waits).unwrap_or_default();
        doc.fresh_until = now.saturating_add(self.timing.fresh_for(delay.saturating_add(held_back)));
        if let Some(writes) = &mut self.writes {
            writes.confirmed();
        }
        delay
    }

    /// Notes that there is no such document.
    fn missing(&mut self, id: Id) -> Duration {
        let Some(doc) = self.docs.get_mut(&id) else { return Duration::ZERO };
        let had = doc.held.is_some();
        let Doc { is_wanted, is_wanted_again, .. } = *doc;
        let new = Doc::new(doc.target.clone(), doc.confirmed_at);
        *doc = Doc { is_missing: true, is_wanted, is_wanted_again, ..new };
        self.timers.set(id, Event::Install, None);
        if had {
            if let Some(writes) = &mut self.writes {
                writes.changed();
            }
            self.tell_changed(id);
        }
        self.timing.after_missing()
    }

    /// Notes why a fetch brought nothing. Returns the number of failures in a row.
    fn fail(&mut self, id: Id, error: RemoteError, told: bool) -> u32 {
        self.last_error = Some(error.clone());
        let Some(doc) = self.docs.get_mut(&id) else { return 0 };
        doc.failures = doc.failures.saturating_add(1);
        let (failures, is_new) = (doc.failures, doc.error.as_ref() != Some(&error));
        if doc.is_wanted {
            self.refresh_error = Some(error.clone());
        }
        doc.error = Some(error.clone());
        if error.kind() != RemoteErrorKind::Document {
            self.counts.failures += 1;
        }
        if told && is_new {
            self.tell(Told::Refused(error.to_string()));
        }
        failures
    }

    /// Notes that the control plane did not answer, or could not.
    fn outage(&mut self, id: Id, error: RemoteError, pushback: Option<Duration>, now: Instant) -> Duration {
        let begins = self.outage.fail(now);
        if begins {
            self.tell(Told::Outage(OutageEvent::Began { why: error.to_string() }));
        }
        let delay = match pushback {
            Some(told) => self.timing.after_pushback(told),
            None => self.timing.after_failures(self.outage.failures),
        };
        self.outage.until = Some(now.saturating_add(delay));
        if self.wanted() > 0 {
            self.refresh_error = Some(error.clone());
        }
        let failures = self.fail(id, error, false);
        // Nobody is to wait for documents that are not asked for meanwhile.
        for doc in self.docs.values_mut() {
            (doc.is_wanted, doc.is_wanted_again) = (false, false);
        }
        // Behind others, which may be served.
        delay.max(self.timing.after_failures(failures))
    }

    /// Notes that the control plane has answered.
    fn reached(&mut self, now: Instant) {
        if let Some(since) = self.outage.end() {
            let after = now.saturating_duration_since(since);
            self.tell(Told::Outage(OutageEvent::Ended { after }));
        }
    }
}
