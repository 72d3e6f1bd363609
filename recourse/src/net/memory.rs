//! What a connector remembers of the addresses of a host: the last winner, which is tried first, and those that did not answer,
//! which are tried last.
//!
//! # Design notes
//!
//! - An attempt tells its end itself, when it is dropped at the latest. So nothing depends on whether the connection ends or
//!   its caller gives up.
//! - Silent addresses have a cache of their own, so that hosts which do not answer take no place from winners.

use super::order::Order;
use super::silence::Silence;
use super::winners::Winners;
use crate::time::Instant;
use std::net::IpAddr;
use std::time::Duration;

/// No name in the DNS is longer. What is longer comes from a request perhaps, and is not kept.
const LONGEST_NAME: usize = 253;

/// The memory of a connector and its clones.
#[derive(Debug)]
pub(super) struct Memory {
    hosts: usize,
    age: Duration,
    winners: Winners,
    silence: Silence,
}

impl Memory {
    pub(super) fn new(hosts: usize, age: Duration) -> Self {
        Self { hosts, age, winners: Winners::new(hosts, age), silence: Silence::new(hosts, age) }
    }

    /// Returns an empty memory with the same settings.
    pub(super) fn emptied(&self) -> Self {
        Self::new(self.hosts, self.age)
    }

    pub(super) const fn hosts(&self) -> usize {
        self.hosts
    }

    pub(super) const fn age(&self) -> Duration {
        self.age
    }

    pub(super) fn forget(&self) {
        self.winners.forget();
        self.silence.forget();
    }

    /// Returns what is remembered of a host. An address that was tried for as long as `patience` without an answer is silent.
    pub(super) fn of(&self, host: &str, port: u16, patience: Duration) -> Option<HostMemory<'_>> {
        let endpoint = || (host.to_ascii_lowercase(), port);
        (host.len() <= LONGEST_NAME).then(|| HostMemory { memory: self, endpoint: endpoint(), patience })
    }
}

/// The memory of one host.
pub(super) struct HostMemory<'a> {
    memory: &'a Memory,
    endpoint: (String, u16),
    patience: Duration,
}

impl HostMemory<'_> {
    pub(super) fn order(&self, first_family_count: usize) -> Order {
        let winner = self.memory.winners.get(&self.endpoint);
        Order::new(first_family_count, winner, self.memory.silence.get(&self.endpoint, self.patience))
    }

    pub(super) fn won(&self, address: IpAddr) {
        self.memory.winners.won(&self.endpoint, address);
    }

    /// Begins an attempt.
    pub(super) fn trial(&self, address: IpAddr) -> Trial<'_> {
        Trial { host: self, address, start: Instant::now(), has_answered: false }
    }
}

/// An attempt to connect to one address.
pub(super) struct Trial<'a> {
    host: &'a HostMemory<'a>,
    address: IpAddr,
    start: Instant,
    has_answered: bool,
}

impl Trial<'_> {
    /// Ends the attempt with an answer: a connection, or an error.
    pub(super) fn answered(mut self, connected: bool) {
        self.has_answered = true;
        let Memory { winners, silence, .. } = self.host.memory;
        silence.answered(&self.host.endpoint, self.address);
        if !connected {
            winners.failed(&self.host.endpoint, self.address);
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if self.has_answered {
            return;
        }
        let HostMemory { memory: Memory { winners, silence, .. }, endpoint, patience } = self.host;
        // What came before a win of the same address is no silence.
        let last_win = winners.last_win(endpoint, self.address);
        let start = last_win.map_or(self.start, |win| win.max(self.start));
        if silence.unanswered(endpoint, self.address, start, Instant::now()) >= *patience {
            winners.failed(endpoint, self.address);
        }
    }
}
