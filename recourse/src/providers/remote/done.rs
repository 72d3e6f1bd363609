//! What the end of a fetch changes.

use super::doc::{Doc, Phase, Wanted};
use super::error::RemoteError;
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
/// A document that failed is asked for so much later than another.
const BEHIND: Duration = Duration::from_millis(10);

/// The end of a fetch.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) id: Id,
    /// True if the server was allowed to hold the answer back, and for how long it did.
    pub(super) waited: bool,
    pub(super) started_at: Instant,
    /// `None` if the request was given up while the server held it back: somebody wants an answer now.
    pub(super) verdict: Option<Verdict>,
    pub(super) etag: Option<Arc<str>>,
    pub(super) max_age: Option<Duration>,
    /// True if the server says that it can hold answers back.
    pub(super) can_wait: bool,
}

impl State {
    /// Notes the end of a fetch, and when the document is fetched next.
    pub(super) fn done(&mut self, done: Done, now: Instant) {
        let Done { id, waited, started_at, verdict, etag, max_age, can_wait } = done;
        if waited {
            self.waiting = self.waiting.saturating_sub(1);
        } else {
            self.in_flight = self.in_flight.saturating_sub(1);
        }
        let Some(doc) = self.docs.get_mut(&id) else { return };
        (doc.phase, doc.held_back) = (Phase::Scheduled, None);
        // The server has said nothing, and was not at fault.
        let Some(verdict) = verdict else { return self.schedule(id, Duration::ZERO, now) };
        let is_answer = !matches!(verdict, Verdict::Outage(..));
        let verdict = match verdict {
            Verdict::Good(new) => match doc.newest().map_or(Ok(()), |old| check_version(&doc.target, old, &new)) {
                Ok(()) => Verdict::Good(new),
                Err(error) => Verdict::Refused(error, new.fingerprint),
            },
            verdict => verdict,
        };
        // A server that answers at once although it may wait is not asked again at once.
        let took = now.saturating_duration_since(started_at);
        let is_quick = waited && matches!(verdict, Verdict::Same) && took < self.timing.wait.unwrap_or_default() / 2;
        doc.can_wait = can_wait && !is_quick;
        let delay = match verdict {
            Verdict::Good(held) => {
                doc.etag = etag;
                self.good(id, *held, now);
                self.confirm(id, max_age, now)
            }
            Verdict::Same => {
                // The same text may come under another tag.
                doc.etag = etag.or(doc.etag.take());
                self.confirm(id, max_age, now)
            }
            Verdict::StillRefused => self.timing.after_answer(max_age),
            Verdict::Missing => self.missing(id, now),
            Verdict::Refused(error, fingerprint) => {
                doc.refused = Some(fingerprint);
                self.counts.refusals += 1;
                self.fail(id, &error, true);
                self.timing.after_answer(max_age)
            }
            Verdict::Failed(error) => {
                self.counts.failures += 1;
                let failures = self.fail(id, &error, true);
                self.timing.after_failures(failures).max(self.timing.after_answer(None))
            }
            Verdict::Outage(error, pushback) => {
                let delay = self.outage(id, &error, pushback, started_at, now);
                // A connection that breaks while the server holds it is most likely one of all clients.
                if waited { delay.max(self.timing.first()) } else { delay }
            }
        };
        if is_answer {
            self.reached(now);
        }
        self.grow_older(id, now);
        self.schedule(id, delay, now);
    }

    fn schedule(&mut self, id: Id, delay: Duration, now: Instant) {
        let Some(doc) = self.docs.get_mut(&id) else { return };
        let (wanted, delay) = match doc.wanted {
            Wanted::AfterNext => (Wanted::Next, Duration::ZERO),
            Wanted::Next | Wanted::No => (Wanted::No, delay),
        };
        doc.wanted = wanted;
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
        (self.failures_in_a_row, self.last_success_at) = (0, Some(now));
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
    fn missing(&mut self, id: Id, now: Instant) -> Duration {
        (self.failures_in_a_row, self.last_success_at) = (0, Some(now));
        let Some(doc) = self.docs.get_mut(&id) else { return Duration::ZERO };
        let had = doc.held.is_some();
        let wanted = doc.wanted;
        let new = Doc::new(doc.target.clone(), doc.confirmed_at);
        *doc = Doc { is_missing: true, wanted, ..new };
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
    fn fail(&mut self, id: Id, error: &RemoteError, told: bool) -> u32 {
        self.last_error = Some(error.clone());
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let Some(doc) = self.docs.get_mut(&id) else { return 0 };
        doc.failures = doc.failures.saturating_add(1);
        let (failures, is_new) = (doc.failures, doc.error.as_ref() != Some(error));
        // What was asked for after this fetch began is still to come.
        if doc.wanted == Wanted::Next {
            self.refresh_error = Some(error.clone());
        }
        doc.error = Some(error.clone());
        if told && is_new {
            self.tell(Told::Refused(error.to_string()));
        }
        failures
    }

    /// Notes that the control plane did not answer, or could not.
    fn outage(
        &mut self,
        id: Id,
        error: &RemoteError,
        pushback: Option<Duration>,
        started_at: Instant,
        now: Instant,
    ) -> Duration {
        self.counts.failures += 1;
        let begins = self.outage.fail(started_at, now);
        if begins {
            self.tell(Told::Outage(OutageEvent::Began { why: error.to_string() }));
        }
        let delay = match pushback {
            Some(told) => self.timing.after_pushback(told),
            None => self.timing.after_failures(self.outage.failures),
        };
        let until = now.saturating_add(delay);
        // A fetch that began before somebody asked does not answer them: the next one does, and is not to be held up.
        let is_older = self.docs.get(&id).is_some_and(|doc| doc.wanted == Wanted::AfterNext);
        let is_waited_for = self.wanted() > 0;
        let failures = self.fail(id, error, false);
        if !is_older {
            self.outage.until = Some(until);
            if is_waited_for {
                self.refresh_error = Some(error.clone());
            }
            // Nobody is to wait for documents that are not asked for meanwhile.
            for doc in self.docs.values_mut() {
                doc.wanted = Wanted::No;
            }
        }
        // Another document is to tell whether it is the control plane that fails, or this document.
        if let Some((other, at)) = self.timers.first_fetch_but(id) {
            self.timers.set(other, Event::Fetch, Some(at.min(until)));
            return delay.saturating_add(BEHIND).max(self.timing.after_failures(failures));
        }
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
