//! The cache of last winners: which address of a host was connected to last time.
//!
//! # Design notes
//!
//! - A winner is known for its port, since another port of its host may not answer at the same address.
//! - A winner is known for ten minutes from its first win, and forgotten when it fails. One slow moment of IPv6 must not keep a
//!   host on IPv4 for ever.

use crate::registry::LruMap;
use crate::sync::{Arc, Mutex, lock};
use crate::time::Instant;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// A host in lower case, and a port of it.
type Endpoint = (String, u16);
/// The address, and the time of its first win.
type Winner = Arc<Mutex<Option<(IpAddr, Instant)>>>;

/// The last winners of the `hosts` endpoints that were connected to most recently.
pub(super) struct Winners {
    hosts: usize,
    age: Duration,
    known: Mutex<LruMap<Endpoint, Winner>>,
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

    /// Returns an empty cache with the same settings.
    pub(super) fn emptied(&self) -> Self {
        Self::new(self.hosts, self.age)
    }

    pub(super) const fn hosts(&self) -> usize {
        self.hosts
    }

    pub(super) const fn age(&self) -> Duration {
        self.age
    }

    /// Returns the address that won last time, unless its first win is too long ago.
    pub(super) fn get(&self, host: &str, port: u16) -> Option<IpAddr> {
        let winner = self.peek(host, port)?;
        let (address, since) = (*lock(&winner))?;
        self.is_young(since, Instant::now()).then_some(address)
    }

    /// Records a win.
    pub(super) fn won(&self, host: &str, port: u16, address: IpAddr) {
        let (winner, _) =
            lock(&self.known).get_or_insert_with(&endpoint(host, port), false, |_| false, Winner::default);
        let (mut winner, now) = (lock(&winner), Instant::now());
        // An address that wins again keeps the time of its first win, so that another one gets its chance after a while.
        if !winner.is_some_and(|(last, since)| last == address && self.is_young(since, now)) {
            *winner = Some((address, now));
        }
    }

    /// Forgets a winner that could not be connected to. Another address that has won meanwhile stays.
    pub(super) fn failed(&self, host: &str, port: u16, address: IpAddr) {
        if let Some(winner) = self.peek(host, port) {
            let mut winner = lock(&winner);
            *winner = winner.filter(|(last, _)| *last != address);
        }
    }

    /// Forgets all winners.
    pub(super) fn forget(&self) {
        *lock(&self.known) = LruMap::new(self.hosts);
    }

    fn is_young(&self, since: Instant, now: Instant) -> bool {
        now.saturating_duration_since(since) < self.age
    }

    fn peek(&self, host: &str, port: u16) -> Option<Winner> {
        lock(&self.known).peek(&endpoint(host, port))
    }
}

fn endpoint(host: &str, port: u16) -> Endpoint {
    (host.to_ascii_lowercase(), port)
}
