//! The cache of silent addresses: which addresses of a host did not answer.
//!
//! # Design notes
//!
//! - What an attempt has waited in vain is counted when it is dropped, whoever drops it: the race, its deadline, or a caller who gives
//!   up. So callers whose patience is shorter than the attempt delay are served by another address after a few of them.
//! - The times of several attempts add up. The time of attempts that run together counts once: twenty callers that wait for 40 ms
//!   at the same time have waited no longer than one.
//! - The place behind the others is lost by an answer, which an error is, too, and after a while, like that of a winner.

use crate::registry::{LruMap, Worth};
use crate::sync::{Arc, Mutex, lock};
use crate::time::Instant;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// A host in lower case, and a port of it.
type Endpoint = (String, u16);
type Addresses = Arc<Mutex<Vec<Silent>>>;

/// The addresses of one endpoint that are remembered.
const ADDRESSES: usize = 16;

/// An address that has not answered since it was tried.
#[derive(Clone, Copy)]
struct Silent {
    address: IpAddr,
    /// The start of the first attempt.
    since: Instant,
    /// Up to when the time of attempts is in `waited`.
    counted_to: Instant,
    waited: Duration,
}

/// The silent addresses of the `hosts` endpoints at which attempts ended most recently without an answer.
pub(super) struct Silence {
    hosts: usize,
    age: Duration,
    known: Mutex<LruMap<Endpoint, Addresses>>,
}

impl fmt::Debug for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Silence").field("known", &lock(&self.known).len()).finish_non_exhaustive()
    }
}

impl Silence {
    pub(super) fn new(hosts: usize, age: Duration) -> Self {
        Self { hosts, age, known: Mutex::new(LruMap::new(hosts)) }
    }

    /// Returns the addresses that have been waited for as long as `patience`, the one that had the least time first.
    pub(super) fn get(&self, endpoint: &Endpoint, patience: Duration) -> Vec<IpAddr> {
        let Some(addresses) = lock(&self.known).peek(endpoint) else { return Vec::new() };
        let mut silent: Vec<_> = {
            let (addresses, now) = (lock(&addresses), Instant::now());
            addresses.iter().filter(|silent| silent.waited >= patience && self.is_young(silent, now)).copied().collect()
        };
        silent.sort_by_key(|silent| silent.waited);
        silent.into_iter().map(|silent| silent.address).collect()
    }

    /// Records an attempt from `start` to `now` that got no answer. Returns how long the address has been waited for in all.
    pub(super) fn unanswered(&self, endpoint: &Endpoint, address: IpAddr, start: Instant, now: Instant) -> Duration {
        let (addresses, _) =
            lock(&self.known).get_or_insert_with(endpoint, false, |_| Worth::Nothing, Addresses::default);
        let mut addresses = lock(&addresses);
        addresses.retain(|silent| self.is_young(silent, now));
        let known = addresses.iter().position(|silent| silent.address == address);
        let known = known.map(|index| addresses.remove(index));
        let fresh = Silent { address, since: start, counted_to: start, waited: Duration::ZERO };
        let mut silent = known.unwrap_or(fresh);
        silent.waited += now.saturating_duration_since(start.max(silent.counted_to));
        silent.counted_to = now.max(silent.counted_to);
        if addresses.len() >= ADDRESSES {
            addresses.remove(0);
        }
        addresses.push(silent);
        silent.waited
    }

    /// Forgets an address that has answered.
    pub(super) fn answered(&self, endpoint: &Endpoint, address: IpAddr) {
        let addresses = lock(&self.known).peek(endpoint);
        if let Some(addresses) = addresses {
            lock(&addresses).retain(|silent| silent.address != address);
        }
    }

    pub(super) fn forget(&self) {
        *lock(&self.known) = LruMap::new(self.hosts);
    }

    fn is_young(&self, silent: &Silent, now: Instant) -> bool {
        // A start that is yet to come was on another clock, such as the paused one of another runtime.
        silent.since <= now && now.saturating_duration_since(silent.since) < self.age
    }
}
