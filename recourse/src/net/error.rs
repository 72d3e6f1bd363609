//! What a failed connection leaves: every address, each with its own error.

use super::addresses::Record;
use crate::classify::Classify;
use crate::error::Rejected;
use crate::outcome::Class;
use crate::race::{CommonKind, Fate, RaceErrors, Times};
use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

/// One attempt to connect.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The address that was tried.
    pub address: SocketAddr,
    /// Its own error, or that it was still running at the deadline.
    pub fate: Fate<io::Error>,
    /// When it started and ended.
    pub times: Times,
}

impl Attempt {
    /// The kind of its error; `TimedOut` where it was still running at the deadline.
    pub fn kind(&self) -> io::ErrorKind {
        self.fate.failed().map_or(io::ErrorKind::TimedOut, io::Error::kind)
    }
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
/// let error = Connector::new().dialler(refused).connect("::1", 443).await.unwrap_err();
/// assert_eq!(error.to_string(), "cannot connect to [::1]:443: [::1]:443: connection refused");
/// assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::ConnectionRefused, 1));
/// # }
/// ```
#[derive(Debug)]
pub struct ConnectError {
    host: String,
    port: u16,
    lookups: Vec<io::Error>,
    attempts: Vec<Attempt>,
    expired: bool,
    rejected: Option<io::Error>,
}

impl ConnectError {
    pub(super) fn new(host: &str, port: u16, record: Record, lost: RaceErrors<Fate<io::Error>>) -> Self {
        let expired = lost.expired();
        let attempt =
            |(entry, address): (crate::race::Entry<_>, _)| Attempt { address, fate: entry.error, times: entry.times };
        let attempts = lost.into_entries().into_iter().zip(record.tried).map(attempt).collect();
        Self { host: host.to_owned(), port, lookups: record.lookups, attempts, expired, rejected: None }
    }

    /// Nobody was asked for this host.
    pub(super) fn unasked(host: &str, port: u16, why: io::Error) -> Self {
        Self { host: host.to_owned(), port, lookups: vec![why], attempts: Vec::new(), expired: false, rejected: None }
    }

    /// Every address that was tried, in the order of the attempts.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
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
    /// `TimedOut` where the deadline came first, or the timeout of a `#[resilient]` function, `NotFound` where the host has no address, `Other` where the kinds differ.
    pub fn kind(&self) -> io::ErrorKind {
        if let Some(rejected) = &self.rejected {
            return rejected.kind();
        }
        let failed = self.attempts.iter().filter_map(|attempt| attempt.fate.failed());
        let lookups = self.lookups.iter().filter(|_| self.attempts.is_empty());
        let kind: CommonKind = failed.chain(lookups).collect();
        kind.or(if self.expired { io::ErrorKind::TimedOut } else { io::ErrorKind::NotFound })
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rejected) = &self.rejected {
            return rejected.fmt(f);
        }
        let Self { host, port, .. } = self;
        let (open, close) = if host.contains(':') && !host.starts_with('[') { ("[", "]") } else { ("", "") };
        write!(f, "cannot connect to {open}{host}{close}:{port}")?;
        let mut between = ": ";
        for error in &self.lookups {
            write!(f, "{between}{error}")?;
            between = "; ";
        }
        for Attempt { address, fate, .. } in &self.attempts {
            write!(f, "{between}{address}: {fate}")?;
            between = "; ";
        }
        match (between, self.expired) {
            (": ", true) => f.write_str(": the deadline came before there was an address"),
            (": ", false) => f.write_str(": it has no address"),
            _ => Ok(()),
        }
    }
}

impl Error for ConnectError {
    /// The error of the first attempt that failed, or of the look-up; or what refused it.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let failed = self.attempts.iter().find_map(|attempt| attempt.fate.failed());
        failed.or(self.lookups.first()).or(self.rejected.as_ref()).map(|error| error as _)
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
        let (host, lookups, attempts) = (String::new(), Vec::new(), Vec::new());
        Self { host, port: 0, lookups, attempts, expired: false, rejected: Some(rejected.into()) }
    }
}

/// Worth another attempt, unless the host is none.
impl Classify for ConnectError {
    fn classify(&self) -> Class {
        match self.kind() {
            io::ErrorKind::InvalidInput => Class::NonRetryable,
            _ => Class::Retryable { after: None },
        }
    }
}
