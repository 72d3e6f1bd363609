//! The limit on concurrency that the sites of one key share.

use crate::concurrency::{AdaptiveLimit, ConcurrencyLimit, ConcurrencyStatus, LimitChange, LimitReason};
use crate::executor::key::shared::{Made, Shared};
use crate::sync::{Arc, Mutex, lock};
use crate::time::Instant;
use recourse_policy::{Change, ConcurrencyPolicy, SlotPolicy};
use std::ops::Deref;
use std::sync::OnceLock;
use std::time::Duration;

/// The limit of one key, made by the first site that has one.
#[derive(Debug, Default)]
pub(in crate::executor) struct KeyConcurrency(Shared<ConcurrencyPolicy, LimitRef>);

/// A reference to the limit of a key. The slots of the key hold one each.
#[derive(Clone, Debug)]
pub(crate) struct LimitRef(Arc<SharedLimit>);

#[derive(Debug)]
struct SharedLimit {
    limit: ConcurrencyLimit,
    /// The limit that learns, once a policy has asked for one.
    adaptive: OnceLock<Arc<AdaptiveLimit>>,
    /// The last change that a policy brought about, and its moment.
    set: Mutex<Option<(LimitChange, Instant)>>,
}

impl LimitRef {
    fn new(policy: ConcurrencyPolicy) -> Self {
        let (fixed, adaptive, set) = (ConcurrencyLimit::fixed(1), OnceLock::new(), Mutex::new(None));
        let limit = Self(Arc::new(SharedLimit { limit: fixed, adaptive, set }));
        limit.apply(policy);
        limit
    }

    /// Puts a policy in force. May wake those that wait, which is somebody else's code.
    fn apply(&self, policy: ConcurrencyPolicy) {
        match policy.slots {
            SlotPolicy::Fixed(limit) => self.set_limit(limit),
            SlotPolicy::Adaptive { min, max } => {
                let adaptive = self.0.adaptive.get_or_init(|| Arc::new(AdaptiveLimit::between(min, max)));
                adaptive.set_bounds(min, max);
                self.set_learned(|| Box::new(adaptive.clone()));
            }
            // A site without a limit takes no slots of it, and those that are out come back.
            _ => {}
        }
        self.set_queue(policy.queue.unwrap_or_else(|| self.limit()));
    }

    /// Puts another policy in force, and remembers what that changed.
    fn follow(&self, policy: ConcurrencyPolicy) {
        let from = self.limit();
        self.apply(policy);
        let to = self.limit();
        if from != to {
            *lock(&self.0.set) = Some((LimitChange::new(from, to, LimitReason::Policy), Instant::now()));
        }
    }

    /// The limit that learns, if it is the one in force. One that a number has replaced keeps what it has learned, and says nothing.
    fn learning(&self) -> Option<&AdaptiveLimit> {
        self.0.adaptive.get().filter(|_| self.learns()).map(|adaptive| &**adaptive)
    }

    /// When it makes sense to call again after a refusal: when a call of the dependency has ended, if it is known how long that takes.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.learning().and_then(AdaptiveLimit::service_time)
    }

    /// The last change of the limit in force, and its moment.
    fn last_change(&self) -> Option<(LimitChange, Instant)> {
        let learned = self.learning().and_then(AdaptiveLimit::last_change_at);
        let set = *lock(&self.0.set);
        learned.into_iter().chain(set).max_by_key(|(_, at)| *at)
    }

    /// What tells this limit from others, as long as anybody holds it.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl Deref for LimitRef {
    type Target = ConcurrencyLimit;

    fn deref(&self) -> &ConcurrencyLimit {
        &self.0.limit
    }
}

impl KeyConcurrency {
    /// Returns the limit for a site that is resolved from this version of the key's state. A site with other numbers shares the limit,
    /// and the difference is added to `changes`.
    pub(in crate::executor) fn limit_for(
        &self,
        policy: ConcurrencyPolicy,
        version: u64,
        changes: &mut Vec<Change>,
    ) -> LimitRef {
        let mut follows = false;
        let now = self.0.for_site(policy, version, || LimitRef::new(policy), |_| follows = true);
        if follows {
            self.put_in_force(now.clone());
        }
        // How long a site waits is its own affair.
        let shared = |policy: ConcurrencyPolicy| (policy.slots, policy.queue);
        if shared(now.policy) != shared(policy) {
            let reason = "sites with one key share their slots, and the first one made them";
            changes.push(Change::new("concurrency", policy.to_string(), now.policy.to_string(), reason));
        }
        now.shared
    }

    /// Gives the limit another policy, under no lock. Of two sites that follow two changes, the later change stays.
    fn put_in_force(&self, mut wanted: Made<ConcurrencyPolicy, LimitRef>) {
        loop {
            wanted.shared.follow(wanted.policy);
            let Some(made) = self.0.made() else { return };
            if made.version == wanted.version {
                return;
            }
            wanted = made;
        }
    }

    /// Lets the next site that is resolved from this version, or from a later one, give the limit its policy.
    pub(in crate::executor) fn follow(&self, version: u64) {
        self.0.follow(version);
    }

    /// Forgets what was made: the next site makes a limit that has learned nothing. Slots that are out belong to the old one.
    pub(in crate::executor) fn forget(&self) {
        self.0.forget();
    }

    /// Returns what operators see of the limit, if a site has made one.
    pub(in crate::executor) fn status(&self, now: Instant) -> Option<ConcurrencyStatus> {
        let Made { policy, shared: limit, .. } = self.0.made()?;
        let last = limit.last_change();
        Some(ConcurrencyStatus {
            slots: policy.slots,
            limit: limit.limit(),
            running: limit.running(),
            waiting: limit.waiting(),
            queue: limit.places(),
            last_change: last.map(|(change, _)| change),
            since: last.map(|(_, at)| now.saturating_duration_since(at)),
        })
    }

    /// Returns the limit that was found, if it is one that learns and has learned something.
    pub(in crate::executor) fn learned(&self) -> Option<u32> {
        self.0.made().filter(|made| made.shared.retry_after().is_some()).map(|made| made.shared.limit())
    }
}
