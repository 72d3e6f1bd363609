//! Which address of a host won last time.

use crate::registry::LruMap;
use crate::sync::{Arc, Mutex, lock};
use crate::time::Instant;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// A host, and a port of it: what answers on one need not answer on another.
type Place = (String, u16);
/// The address, and since when it wins.
type Winner = Arc<Mutex<Option<(IpAddr, Instant)>>>;

/// The last winners of the hosts that were connected to most recently.
pub(super) struct Winners {
    hosts: usize,
    age: Duration,
    known: Mutex<LruMap<Place, Winner>>,
}

impl fmt::Debug for Winners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Winners").field("known", &lock(&self.known).len()).finish_non_exhaustive()
    }
}

impl Winners {
    pub(super) fn new(hosts: usize, age: Duration) -> Self {
        Self { hosts, age, known: Mutex::new(LruMap::new(hosts)) }
    }

    /// The same settings, and nothing known.
    pub(super) fn afresh(&self) -> Self {
        Self::new(self.hosts, self.age)
    }

    pub(super) const fn hosts(&self) -> usize {
        self.hosts
    }

    pub(super) const fn age(&self) -> Duration {
        self.age
    }

    pub(super) fn get(&self, host: &str, port: u16) -> Option<IpAddr> {
        let winner = self.peek(host, port)?;
        let (address, since) = (*lock(&winner))?;
        self.is_young(since, Instant::now()).then_some(address)
    }

    /// One that wins again and again is not younger for it: when it is old, another one gets its chance.
    pub(super) fn won(&self, host: &str, port: u16, address: IpAddr) {
        let (winner, _) = lock(&self.known).get_or_insert_with(&place(host, port), false, |_| false, Winner::default);
        let (mut winner, now) = (lock(&winner), Instant::now());
        if !winner.is_some_and(|(last, since)| last == address && self.is_young(since, now)) {
            *winner = Some((address, now));
        }
    }

    /// This address could not be connected to.
    pub(super) fn failed(&self, host: &str, port: u16, address: IpAddr) {
        if let Some(winner) = self.peek(host, port) {
            let mut winner = lock(&winner);
            *winner = winner.filter(|(last, _)| *last != address);
        }
    }

    pub(super) fn forget(&self) {
        *lock(&self.known) = LruMap::new(self.hosts);
    }

    fn is_young(&self, since: Instant, now: Instant) -> bool {
        now.saturating_duration_since(since) < self.age
    }

    fn peek(&self, host: &str, port: u16) -> Option<Winner> {
        lock(&self.known).peek(&place(host, port))
    }
}

fn place(host: &str, port: u16) -> Place {
    (host.to_ascii_lowercase(), port)
}
