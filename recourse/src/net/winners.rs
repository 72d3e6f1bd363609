//! Which address of a host won last time.

use crate::registry::Bounded;
use crate::sync::{Arc, Mutex, lock};
use std::fmt;
use std::net::IpAddr;

type Winner = Arc<Mutex<Option<IpAddr>>>;

/// The last winners of the hosts that were connected to most recently.
pub(super) struct Winners(Mutex<Bounded<String, Winner>>);

impl fmt::Debug for Winners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Winners({})", lock(&self.0).len())
    }
}

impl Winners {
    pub(super) fn new(hosts: usize) -> Self {
        Self(Mutex::new(Bounded::new(hosts)))
    }

    pub(super) fn get(&self, host: &str) -> Option<IpAddr> {
        let winner = lock(&self.0).peek(&host.to_ascii_lowercase())?;
        *lock(&winner)
    }

    pub(super) fn won(&self, host: &str, address: IpAddr) {
        let (winner, _) =
            lock(&self.0).get_or_insert_with(&host.to_ascii_lowercase(), false, |_| false, Winner::default);
        *lock(&winner) = Some(address);
    }

    /// No address of the host could be connected to.
    pub(super) fn lost(&self, host: &str) {
        let winner = lock(&self.0).peek(&host.to_ascii_lowercase());
        if let Some(winner) = winner {
            *lock(&winner) = None;
        }
    }
}
