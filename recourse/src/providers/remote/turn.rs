//! What is to be done now: which documents are fetched, and what executors are told.

use super::doc::{Doc, Phase, Wanted};
use super::read::{Known, Target};
use super::state::{State, Told};
use super::timers::{Event, Id};
use super::transport::FetchRequest;
use crate::time::Instant;
use std::time::Duration;
use tokio::sync::oneshot;

/// The most fetches at once, so that one slow document does not hold the others up.
const IN_FLIGHT: usize = 4;
/// The most documents for which a request waits at the server.
pub(super) const WAITING: usize = 16;
/// The time between the starts of two fetches: with many keys, a fetch is not a burst.
const GAP: Duration = Duration::from_millis(10);

/// A fetch that is to be started.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: Id,
    pub(super) target: Target,
    pub(super) request: FetchRequest,
    pub(super) known: Known,
    /// Set if the server may hold the answer back; ends when nobody is to wait for that any more.
    pub(super) held_back: Option<oneshot::Receiver<()>>,
    pub(super) started_at: Instant,
}

/// What is to be done now.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub(super) jobs: Vec<Job>,
    pub(super) told: Vec<Told>,
    pub(super) writes: bool,
    /// When there is something to do again, if nothing happens before.
    pub(super) next: Option<Instant>,
}

impl State {
    /// Returns what is to be done now.
    pub(super) fn turn(&mut self, max_bytes: usize, now: Instant) -> Turn {
        let mut turn = Turn::default();
        while let Some((id, event)) = self.timers.pop(now) {
            match event {
                Event::Fetch => {
                    self.ready.push_back(id);
                    self.docs.entry(id).and_modify(|doc| doc.phase = Phase::Ready);
                }
                Event::Age => self.grow_older(id, now),
                Event::Install => {
                    if let Some(held) = self.docs.get_mut(&id).and_then(|doc| doc.pending.take()) {
                        self.install(id, held, now);
                    }
                }
            }
        }
        // Something else than a timer that has to come before a fetch starts.
        let mut gate = None;
        while !self.is_ignored && !self.ready.is_empty() {
            let limit = if self.outage.failures > 0 { 1 } else { IN_FLIGHT };
            gate = self.outage.until.filter(|_| self.outage.blocks(now));
            if gate.is_some() || self.in_flight >= limit {
                break;
            }
            if now < self.next_start {
                gate = Some(self.next_start);
                break;
            }
            turn.jobs.extend(self.start(max_bytes, now));
        }
        let mut due = None;
        if let Some(writes) = &mut self.writes {
            due = writes.due(now);
            if due.is_some_and(|due| due <= now) {
                writes.begin(now);
                (turn.writes, due) = (true, None);
            }
        }
        turn.told = std::mem::take(&mut self.told);
        self.is_telling = !turn.told.is_empty();
        turn.next = [self.timers.next(), gate, due].into_iter().flatten().min();
        turn
    }

    /// Starts the fetch of the first document whose time has come.
    fn start(&mut self, max_bytes: usize, now: Instant) -> Option<Job> {
        let id = self.ready.pop_front()?;
        // A document may have been forgotten meanwhile.
        let doc = self.docs.get_mut(&id)?;
        let (timing, is_calm) = (&self.timing, self.outage.failures == 0);
        let wait = timing.wait.filter(|_| {
            let is_wanted = doc.wanted != Wanted::No;
            doc.can_wait && doc.etag.is_some() && is_calm && !is_wanted && self.waiting < WAITING
        });
        doc.phase = Phase::InFlight;
        let request = request(doc, wait.or(timing.wait.map(|_| Duration::ZERO)), timing.timeout, max_bytes);
        let held_back = wait.map(|_| {
            let (held, end) = oneshot::channel();
            doc.held_back = Some(held);
            end
        });
        if held_back.is_some() {
            self.waiting += 1;
        } else {
            self.in_flight += 1;
        }
        self.counts.fetches += 1;
        self.last_fetch_at = Some(now);
        self.next_start = now.saturating_add(GAP);
        Some(Job { id, target: doc.target.clone(), request, known: doc.known(), held_back, started_at: now })
    }
}

/// Returns the question for a document, without its URL, which is made and checked when it is sent.
fn request(doc: &Doc, wait: Option<Duration>, timeout: Duration, max_bytes: usize) -> FetchRequest {
    let Target { shown, name, .. } = doc.target.clone();
    let time_limit = timeout.saturating_add(wait.unwrap_or_default());
    FetchRequest { url: "".into(), shown, document: name, etag: doc.etag.clone(), wait, max_bytes, time_limit }
}
