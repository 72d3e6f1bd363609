//! What a failed connection leaves: every address, each with its own error.

use super::addresses::Record;
use crate::classify::Classify;
use crate::error::{Rejected, rejection};
use crate::outcome::Class;
use crate::race::{BranchError, CommonKind, Entry, NoneSucceeded, RaceErrors, Times};
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// One attempt to connect.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The address that was tried.
    pub address: SocketAddr,
    /// Its own error, or that it was still running at the deadline.
    pub fate: BranchError<io::Error>,
    /// When it started and ended.
    pub times: Times,
}

impl Attempt {
    /// Its own error, where it failed.
    pub const fn error(&self) -> Option<&io::Error> {
        self.fate.failed()
    }

    /// The kind of its error; `TimedOut` where it had none at the deadline.
    pub fn kind(&self) -> io::ErrorKind {
        self.error().map_or(io::ErrorKind::TimedOut, io::Error::kind)
    }
}

/// What was to be connected to.
#[derive(Debug)]
pub(super) enum Target {
    Host {
        host: String,
        port: u16,
    },
    Addresses,
    /// It is not known: something around the connection gave up.
    Unknown(io::Error),
}

/// A host could not be connected to.
///
/// ```
/// use recourse::net::Connector;
/// use std::io::ErrorKind;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let refused = async |_| std::io::Result::<()>::Err(ErrorKind::ConnectionRefused.into());
/// let error = Connector::new().dialer(refused).connect("::1", 443).await.unwrap_err();
/// assert_eq!(error.to_string(), "cannot connect to [::1]:443: [::1]:443: connection refused");
/// assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::ConnectionRefused, 1));
/// # }
/// ```
#[derive(Debug)]
pub struct ConnectError {
    target: Target,
    lookups: Vec<io::Error>,
    attempts: Vec<Attempt>,
    expired: bool,
}

impl ConnectError {
    pub(super) fn new(
        target: Target,
        mut record: Record,
        lost: RaceErrors<BranchError<io::Error>, NoneSucceeded>,
    ) -> Self {
        let expired = lost.expired();
        let attempt = |(entry, address): (Entry<_>, _)| Attempt { address, fate: entry.error, times: entry.times };
        let tried = lost.into_entries().into_iter().zip(record.tried).map(attempt);
        let waited = std::iter::from_fn(|| record.order.take());
        let untried = waited.map(|address| Attempt { address, fate: BranchError::NotStarted, times: Times::NONE });
        Self { target, lookups: record.lookups, attempts: tried.chain(untried).collect(), expired }
    }

    /// Nobody was asked for this host.
    pub(super) fn unasked(target: Target, why: io::Error) -> Self {
        Self { target, lookups: vec![why], attempts: Vec::new(), expired: false }
    }

    /// An attempt at this address failed, or was still running at the deadline.
    pub(super) fn has_failed(&self, address: IpAddr) -> bool {
        let tried = |attempt: &&Attempt| !matches!(attempt.fate, BranchError::NotStarted);
        self.attempts.iter().filter(tried).any(|attempt| attempt.address.ip() == address)
    }

    /// The host, as it was written; `None` where addresses were given.
    pub fn host(&self) -> Option<&str> {
        match &self.target {
            Target::Host { host, .. } => Some(host),
            Target::Addresses | Target::Unknown(_) => None,
        }
    }

    /// The port; `None` where addresses were given.
    pub const fn port(&self) -> Option<u16> {
        match self.target {
            Target::Host { port, .. } => Some(port),
            Target::Addresses | Target::Unknown(_) => None,
        }
    }

    /// Every address that was known, in the order of the attempts. At the deadline some may not have been tried.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The same, to keep.
    pub fn into_attempts(self) -> Vec<Attempt> {
        self.attempts
    }

    /// Why the host could not be looked up; one error for each question that failed.
    pub fn lookups(&self) -> &[io::Error] {
        &self.lookups
    }

    /// The deadline came before a connection.
    pub const fn expired(&self) -> bool {
        self.expired
    }

    /// The kind that the errors of all attempts have in common, or those of the look-up where there was no address.
    ///
    /// `TimedOut` where none had failed before the deadline, or the timeout of a `#[resilient]` function, `NotFound` where the
    /// host has no address, `Other` where the kinds differ.
    pub fn kind(&self) -> io::ErrorKind {
        if let Target::Unknown(why) = &self.target {
            return why.kind();
        }
        let unanswered = self.attempts.is_empty() && !self.expired;
        let lookups = self.lookups.iter().filter(|_| unanswered);
        let kind: CommonKind = self.attempts.iter().filter_map(Attempt::error).chain(lookups).collect();
        kind.or(if self.expired { io::ErrorKind::TimedOut } else { io::ErrorKind::NotFound })
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Unknown(why) => return why.fmt(f),
            Target::Addresses => f.write_str("cannot connect")?,
            Target::Host { host, port } if host.parse::<Ipv6Addr>().is_ok() => {
                write!(f, "cannot connect to [{host}]:{port}")?;
            }
            Target::Host { host, port } => write!(f, "cannot connect to {host}:{port}")?,
        }
        let mut between = ": ";
        for error in &self.lookups {
            let what = if error.kind() == io::ErrorKind::InvalidInput { "" } else { "look-up: " };
            write!(f, "{between}{what}{error}")?;
            between = "; ";
        }
        for Attempt { address, fate, .. } in &self.attempts {
            write!(f, "{between}{address}: {fate}")?;
            between = "; ";
        }
        match (self.attempts.is_empty(), self.expired, &self.target) {
            (true, true, _) => write!(f, "{between}the deadline came before there was an address"),
            (true, false, Target::Addresses) => f.write_str(": there was no address"),
            (true, false, _) if self.lookups.is_empty() => f.write_str(": it has no address"),
            _ => Ok(()),
        }
    }
}

impl Error for ConnectError {
    /// The error of the first attempt that failed, or of the look-up; or what refused it.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let failed = self.attempts.iter().find_map(Attempt::error);
        let refused = if let Target::Unknown(why) = &self.target { Some(why) } else { None };
        failed.or(self.lookups.first()).or(refused).map(|error| error as _)
    }
}

/// Keeps [the kind](ConnectError::kind).
impl From<ConnectError> for io::Error {
    fn from(error: ConnectError) -> Self {
        Self::new(error.kind(), error)
    }
}

/// So that a `#[resilient]` function may give this error: its timeout, or its open circuit. No attempt is known then.
impl From<Rejected> for ConnectError {
    fn from(rejected: Rejected) -> Self {
        let target = Target::Unknown(rejected.into());
        Self { target, lookups: Vec::new(), attempts: Vec::new(), expired: false }
    }
}

/// Worth another attempt, unless the host is none. A refusal behind it, of a guarded function or of a guarded dialer, is read like
/// any other.
impl Classify for ConnectError {
    fn classify(&self) -> Class {
        match rejection(self) {
            Some(rejection) => rejection.classify(),
            None if self.kind() == io::ErrorKind::InvalidInput => Class::NonRetryable,
            None => Class::RETRYABLE,
        }
    }
}
