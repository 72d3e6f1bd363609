//! The cache of last winners: which address of a host was connected to last time.
//!
//! # Design notes
//!
//! - A winner is known for its port, since another port of its host may not answer at the same address.
//! - A winner is known for ten minutes from its first win, and forgotten when it fails or does not answer. One slow moment of IPv6
//!   must not keep a host on IPv4 for ever.

use crate::registry::{LruMap, Worth};
use crate::sync::{Arc, Mutex, lock};
use crate::time::Instant;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// A host in lower case, and a port of it.
type Endpoint = (String, u16);
type Winner = Arc<Mutex<Option<Won>>>;

#[derive(Clone, Copy)]
struct Won {
    address: IpAddr,
    first: Instant,
    last: Instant,
}

/// The last winners of the endpoints that were connected to most recently.
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

    /// Returns the address that won last time, unless its first win is too long ago.
    pub(super) fn get(&self, endpoint: &Endpoint) -> Option<IpAddr> {
        self.won_last(endpoint).filter(|won| self.is_young(won, Instant::now())).map(|won| won.address)
    }

    /// Returns when this address won last, if no other has won since.
    pub(super) fn last_win(&self, endpoint: &Endpoint, address: IpAddr) -> Option<Instant> {
        self.won_last(endpoint).filter(|won| won.address == address).map(|won| won.last)
    }

    /// Records a win.
    pub(super) fn won(&self, endpoint: &Endpoint, address: IpAddr) {
        let (winner, _) = lock(&self.known).get_or_insert_with(endpoint, false, |_| Worth::Nothing, Winner::default);
        let (mut winner, now) = (lock(&winner), Instant::now());
        // An address that wins again keeps the time of its first win, so that another one gets its chance after a while.
        let again = winner.filter(|won| won.address == address && self.is_young(won, now));
        *winner = Some(Won { address, first: again.map_or(now, |won| won.first), last: now });
    }

    /// Forgets a winner that could not be connected to. Another address that has won meanwhile stays.
    pub(super) fn failed(&self, endpoint: &Endpoint, address: IpAddr) {
        if let Some(winner) = self.peek(endpoint) {
            let mut winner = lock(&winner);
            *winner = winner.filter(|won| won.address != address);
        }
    }

    /// Forgets all winners.
    pub(super) fn forget(&self) {
        *lock(&self.known) = LruMap::new(self.hosts);
    }

    fn is_young(&self, won: &Won, now: Instant) -> bool {
        // A win that is yet to come was on another clock, such as the paused one of another runtime. When that was, nobody knows.
        won.first <= now && now.saturating_duration_since(won.first) < self.age
    }

    fn won_last(&self, endpoint: &Endpoint) -> Option<Won> {
        let winner = self.peek(endpoint)?;
        *lock(&winner)
    }

    fn peek(&self, endpoint: &Endpoint) -> Option<Winner> {
        lock(&self.known).peek(endpoint)
    }
}
