//! The attempts of one connection: a race over the addresses, with the settings of a connector.

use super::addresses::{Addresses, Record};
use super::dial::Dialer;
use super::gaps::{SHORTEST, TurnGaps};
use super::memory::HostMemory;
use super::order::Order;
use super::resolve::{Answer, Answers};
use crate::context;
use crate::race::{BranchError, NoneSucceeded, RaceErrors, race_from};
use crate::sync::{Mutex, PoisonError};
use crate::time::Instant;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) attempt_delay: Duration,
    pub(super) min_gap: Duration,
    pub(super) resolution_delay: Duration,
    pub(super) first_family_count: usize,
    pub(super) max: usize,
    pub(super) deadline: Option<Duration>,
}

pub(super) const DEFAULTS: Settings = Settings {
    attempt_delay: Duration::from_millis(250),
    min_gap: SHORTEST,
    resolution_delay: Duration::from_millis(50),
    first_family_count: 1,
    max: 16,
    deadline: None,
};

/// The address that won, and its stream.
pub(super) type Raced<S> = Result<(SocketAddr, S), RaceErrors<BranchError<io::Error>, NoneSucceeded>>;

impl Settings {
    /// Returns how long an address may be silent before it loses its place: the attempt delay, or what the deadline leaves of it.
    pub(super) fn patience(&self) -> Duration {
        let half = self.deadline.map_or(Duration::MAX, |deadline| deadline / 2);
        half.max(SHORTEST).min(self.attempt_delay)
    }

    /// Returns the settings of a connection that begins here: the earlier of its own deadline and the one around it counts.
    pub(super) fn here(mut self) -> Self {
        self.deadline = self.deadline.into_iter().chain(context::remaining()).min();
        self
    }

    /// Returns true if the deadline is over before anything begins.
    pub(super) fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline.is_zero())
    }

    /// Races over the addresses of `order`, and over those that `answers` bring.
    pub(super) async fn race<D, V6, V4>(
        self,
        dialer: &D,
        memory: Option<&HostMemory<'_>>,
        answers: Answers<V6, V4>,
        order: Order,
    ) -> (Record, Raced<D::Stream>)
    where
        D: Dialer,
        V6: Future<Output = Answer>,
        V4: Future<Output = Answer>,
    {
        let record = Mutex::new(Record::new(order));
        let addresses = Addresses::new(answers, self.resolution_delay, &record);
        let dial = |address: SocketAddr| async move {
            let trial = memory.map(|memory| memory.trial(address.ip()));
            let connected = dialer.dial(address).await;
            if let Some(trial) = trial {
                trial.answered(connected.is_ok());
            }
            connected.map(|stream| (address, stream))
        };
        let until = self.deadline.map(|deadline| Instant::now().saturating_add(deadline));
        let raced = race_from(addresses, dial, self.max)
            .stagger(TurnGaps { delay: self.attempt_delay, until, record: &record })
            .min_gap(self.min_gap)
            .until(self.deadline)
            .await;
        (record.into_inner().unwrap_or_else(PoisonError::into_inner), raced)
    }
}
