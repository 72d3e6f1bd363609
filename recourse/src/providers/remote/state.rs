//! The documents of a provider, and what is known of each.

use super::doc::{Doc, Wanted};
use super::error::RemoteError;
use super::held::{Age, Held};
use super::outage::Outage;
use super::read::Target;
use super::template::Scope;
use super::timers::{Event, Id, Timers};
use super::timing::Timing;
use super::writes::Writes;
use crate::observe::OutageEvent;
use crate::registry::{LruMap, Worth};
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::Key;
use std::collections::{HashMap, VecDeque};

/// The state of a provider, behind its lock.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct State {
    pub(super) timing: Timing,
    ids: LruMap<Arc<str>, Id>,
    pub(super) docs: HashMap<Id, Doc>,
    next_id: Id,
    pub(super) timers: Timers,
    /// Documents whose time has come, the first of them in front.
    pub(super) ready: VecDeque<Id>,
    pub(super) outage: Outage,
    /// Fetches under way, without those that the server holds back.
    pub(super) in_flight: usize,
    /// Fetches that the server may hold back until there is something new.
    pub(super) waiting: usize,
    /// No fetch starts before.
    pub(super) next_start: Instant,
    pub(super) is_ignored: bool,
    /// The task has ended, with its runtime.
    pub(super) has_ended: bool,
    pub(super) counts: Counts,
    pub(super) failures_in_a_row: u32,
    pub(super) last_fetch_at: Option<Instant>,
    pub(super) last_success_at: Option<Instant>,
    pub(super) last_error: Option<RemoteError>,
    /// Why a document that somebody waits for could not be fetched.
    pub(super) refresh_error: Option<RemoteError>,
    /// What executors are still to be told.
    pub(super) told: Vec<Told>,
    /// True while they are told what was taken from there.
    pub(super) is_telling: bool,
    pub(super) writes: Option<Writes>,
    has_unnamed: bool,
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) fetches: u64,
    pub(super) failures: u64,
    pub(super) refusals: u64,
    pub(super) installs: u64,
    pub(super) panics: u64,
}

/// What executors are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Any policy may have changed.
    Changed,
    /// The policy of this key may have changed.
    ChangedKey(Key),
    /// Something cannot be used.
    Refused(String),
    /// An outage began or ended.
    Outage(OutageEvent),
}

/// What is in force for a key.
pub(super) struct Found {
    pub(super) held: Arc<Held>,
    pub(super) shown: Arc<str>,
    pub(super) age: Age,
}

impl State {
    pub(super) fn new(timing: Timing, capacity: usize, now: Instant) -> Self {
        Self {
            timing,
            ids: LruMap::new(capacity),
            docs: HashMap::new(),
            next_id: 0,
            timers: Timers::default(),
            ready: VecDeque::new(),
            outage: Outage::default(),
            in_flight: 0,
            waiting: 0,
            next_start: now,
            is_ignored: false,
            has_ended: false,
            counts: Counts::default(),
            failures_in_a_row: 0,
            last_fetch_at: None,
            last_success_at: None,
            last_error: None,
            refresh_error: None,
            told: Vec::new(),
            is_telling: false,
            writes: None,
            has_unnamed: false,
        }
    }

    /// Returns what is in force of a document. One that is new is to be fetched, and `true` is returned beside.
    pub(super) fn look_up(&mut self, target: &Target, pinned: bool, now: Instant) -> (Option<Found>, bool) {
        let (id, is_new) = self.entry(target, pinned, now);
        if is_new {
            let first = now.saturating_add(self.timing.first());
            self.timers.set(id, Event::Fetch, Some(first));
        }
        let found = self.docs.get(&id).and_then(|doc| {
            let held = doc.in_force()?.clone();
            Some(Found { held, shown: doc.target.shown.clone(), age: doc.age })
        });
        (found, is_new)
    }

    /// Returns the document of this name, which is made if there is none.
    pub(super) fn entry(&mut self, target: &Target, pinned: bool, now: Instant) -> (Id, bool) {
        let (docs, next) = (&self.docs, self.next_id);
        let worth = |id: &Id| docs.get(id).map_or(Worth::Nothing, Doc::worth);
        let (id, evicted) = self.ids.get_or_insert_with(&target.name, pinned, worth, || next);
        let is_new = id == next;
        if is_new {
            self.next_id += 1;
            self.docs.insert(id, Doc::new(target.clone(), now));
        }
        for (_, gone) in evicted {
            self.docs.remove(&gone);
            self.timers.forget(gone);
        }
        (id, is_new)
    }

    /// Notes what executors are to be told, once.
    pub(super) fn tell(&mut self, told: Told) {
        if !self.told.contains(&told) {
            self.told.push(told);
        }
    }

    /// Notes that what a document says may have changed.
    pub(super) fn tell_changed(&mut self, id: Id) {
        let of_one_key = self.docs.get(&id).map(|doc| &doc.target).filter(|target| target.scope == Scope::Key);
        let key = of_one_key.and_then(|target| Key::parse(&target.name).ok());
        self.tell(key.map_or(Told::Changed, Told::ChangedKey));
    }

    /// Looks how old a document is, and when to look again.
    pub(super) fn grow_older(&mut self, id: Id, now: Instant) {
        let Some(doc) = self.docs.get_mut(&id) else { return };
        let (changed, next) = doc.grow_older(&self.timing, now);
        self.timers.set(id, Event::Age, next);
        if changed {
            self.tell_changed(id);
        }
    }

    /// Puts a document into force.
    pub(super) fn install(&mut self, id: Id, held: Held, now: Instant) {
        let Some(doc) = self.docs.get_mut(&id) else { return };
        doc.held = Some(Arc::new(held));
        doc.installed_at = Some(now);
        self.counts.installs += 1;
        if let Some(writes) = &mut self.writes {
            writes.changed();
        }
        self.tell_changed(id);
    }

    /// Returns true if each document that somebody waits for was answered, and executors were told of it.
    pub(super) fn is_refreshed(&self) -> bool {
        self.wanted() == 0 && self.told.is_empty() && !self.is_telling
    }

    /// Returns the number of documents that somebody waits for.
    pub(super) fn wanted(&self) -> usize {
        self.docs.values().filter(|doc| doc.wanted != Wanted::No).count()
    }

    /// Returns the documents by name.
    pub(super) fn sorted(&self) -> Vec<(&Id, &Doc)> {
        let mut docs: Vec<_> = self.docs.iter().collect();
        docs.sort_by(|(_, one), (_, other)| one.target.name.cmp(&other.target.name));
        docs
    }
}

impl State {
    /// Takes over a document of a snapshot. It is stale until the control plane confirms it.
    pub(super) fn restore(&mut self, target: &Target, held: Held, age: std::time::Duration, now: Instant) -> bool {
        let (id, _) = self.entry(target, false, now);
        let Some(doc) = self.docs.get_mut(&id) else { return false };
        doc.held = Some(Arc::new(held));
        doc.confirmed_at = Instant::from_nanos(now.as_nanos().saturating_sub(crate::time::nanos(age)));
        doc.fresh_until = doc.confirmed_at;
        self.grow_older(id, now);
        true
    }

    /// Notes a key about which there can be no document. Returns true if it is the first.
    pub(super) fn tell_unnamed(&mut self, key: &Key) -> bool {
        if std::mem::replace(&mut self.has_unnamed, true) {
            return false;
        }
        let says = format!(
            "no document can be about the key `{key}`: the URL has a place for a name, and the key is no more than a namespace; write `{{key}}` in place \
             of `{{namespace}}/{{name}}`, or give the function another key"
        );
        self.tell(Told::Refused(says));
        true
    }
}
