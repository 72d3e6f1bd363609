//! The error of a connection that could not be made: every address, each with the error of its attempt.

use super::addresses::Record;
use crate::classify::Classify;
use crate::error::{Rejected, rejection};
use crate::outcome::Class;
use crate::race::{BranchError, CommonKind, Cut, Entry, First, NoneSucceeded, RaceErrors, SHOWN, Times, more};
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv6Addr, SocketAddr};

/// An attempt to connect to one address.
///
/// ```
/// use recourse::net::Connector;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let refuses = async |_| Err::<(), _>(std::io::ErrorKind::ConnectionRefused.into());
/// let connector = Connector::new().dialer(refuses);
/// let error = connector.connect_to(["127.0.0.1:1".parse().unwrap()]).await.unwrap_err();
/// let attempt = &error.attempts()[0];
/// assert_eq!(attempt.kind(), std::io::ErrorKind::ConnectionRefused);
/// assert!(attempt.error().is_some());
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The address that was tried.
    pub address: SocketAddr,
    /// The attempt's own error, or what else ended it: it was running at the deadline, or not started before.
    pub failure: BranchError<io::Error>,
    /// When the attempt started and ended.
    pub times: Times,
}

impl Attempt {
    /// Returns the attempt's own error, if the attempt failed.
    pub const fn error(&self) -> Option<&io::Error> {
        self.failure.failed()
    }

    /// Returns the kind of the attempt's own error; `TimedOut` if the deadline ended it.
    pub fn kind(&self) -> io::ErrorKind {
        self.error().map_or(io::ErrorKind::TimedOut, io::Error::kind)
    }
}

/// The target of a connection that could not be made.
pub(super) enum Target {
    Host {
        host: String,
        port: u16,
    },
    Addresses,
    /// Not known: a `#[resilient]` function around the connection gave up, for this reason.
    Unknown(io::Error),
}

/// No address of a host could be connected to.
///
/// The text names the first 16 addresses, at most 500 bytes of each error, and counts the others.
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
pub struct ConnectError {
    target: Target,
    lookups: Vec<io::Error>,
    /// The addresses whose look-up had no answer at the deadline.
    unanswered: Option<&'static str>,
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
        // Entries and addresses are both in the order of starts. Addresses that had no attempt come behind them.
        let attempt = |(entry, address): (Entry<_>, _)| Attempt { address, failure: entry.error, times: entry.times };
        let tried = lost.into_entries().into_iter().zip(record.tried).map(attempt);
        let waiting = std::iter::from_fn(|| record.order.take());
        let untried = waiting.map(|address| Attempt { address, failure: BranchError::NotStarted, times: Times::NONE });
        let unanswered = record.unanswered.filter(|_| expired);
        Self { target, lookups: record.lookups, unanswered, attempts: tried.chain(untried).collect(), expired }
    }

    /// Makes the error of a host that could not even be looked up.
    pub(super) fn unasked(target: Target, why: io::Error) -> Self {
        Self { target, lookups: vec![why], unanswered: None, attempts: Vec::new(), expired: false }
    }

    /// Makes the error of a connection whose deadline was over before it began.
    pub(super) const fn over(target: Target) -> Self {
        Self { target, lookups: Vec::new(), unanswered: None, attempts: Vec::new(), expired: true }
    }

    /// Returns the host as it was written; `None` if addresses were given instead.
    pub fn host(&self) -> Option<&str> {
        match &self.target {
            Target::Host { host, .. } => Some(host),
            Target::Addresses | Target::Unknown(_) => None,
        }
    }

    /// Returns the port; `None` if addresses were given instead of a host.
    pub const fn port(&self) -> Option<u16> {
        match self.target {
            Target::Host { port, .. } => Some(port),
            Target::Addresses | Target::Unknown(_) => None,
        }
    }

    /// Returns an entry for every address that was known, in the order of attempts.
    ///
    /// At a deadline, addresses that were not tried yet stand behind the others.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Returns the entries by value.
    ///
    /// ```
    /// use recourse::net::Connector;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let refuses = async |_| Err::<(), _>(std::io::ErrorKind::ConnectionRefused.into());
    /// let error = Connector::new().dialer(refuses).connect("127.0.0.1", 80).await.unwrap_err();
    /// assert_eq!((error.host(), error.port()), (Some("127.0.0.1"), Some(80)));
    /// assert!(error.lookups().is_empty() && !error.expired());
    /// assert_eq!(error.into_attempts().len(), 1);
    /// # }
    /// ```
    pub fn into_attempts(self) -> Vec<Attempt> {
        self.attempts
    }

    /// Returns the errors of the look-ups that failed, one for each question.
    pub fn lookups(&self) -> &[io::Error] {
        &self.lookups
    }

    /// Returns true if the deadline came before a connection.
    pub const fn expired(&self) -> bool {
        self.expired
    }

    /// Returns the kind that the errors of all attempts have in common or, if there was no address, those of the look-ups.
    ///
    /// The kind is `TimedOut` if no attempt failed before the deadline or before the timeout of a `#[resilient]` function,
    /// `NotFound` if the host has no address, and `Other` if kinds differ.
    pub fn kind(&self) -> io::ErrorKind {
        if let Target::Unknown(why) = &self.target {
            return why.kind();
        }
        // With an address the failed look-up of the other family is no reason; at the deadline no look-up is.
        let unanswered = self.attempts.is_empty() && !self.expired;
        let lookups = self.lookups.iter().filter(|_| unanswered);
        let kind: CommonKind = self.attempts.iter().filter_map(Attempt::error).chain(lookups).collect();
        kind.or(if self.expired { io::ErrorKind::TimedOut } else { io::ErrorKind::NotFound })
    }
}

impl fmt::Debug for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("ConnectError");
        match &self.target {
            Target::Host { host, port } => text.field("host", &format_args!("{}", Cut(host))).field("port", port),
            Target::Addresses => &mut text,
            Target::Unknown(why) => text.field("rejected", why),
        };
        text.field("lookups", &self.lookups)
            .field("unanswered", &self.unanswered)
            .field("attempts", &First(&self.attempts))
            .field("expired", &self.expired)
            .finish()
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
            Target::Host { host, port } => write!(f, "cannot connect to {}:{port}", Cut(host))?,
        }
        let mut between = ": ";
        for error in &self.lookups {
            let what = if error.kind() == io::ErrorKind::InvalidInput { "" } else { "look-up: " };
            write!(f, "{between}{what}{}", Cut(error))?;
            between = "; ";
        }
        for Attempt { address, failure, .. } in self.attempts.iter().take(SHOWN) {
            write!(f, "{between}{address}: {}", Cut(failure))?;
            between = "; ";
        }
        if let Some(more) = more(self.attempts.len()) {
            write!(f, "; and {more} more")?;
            let untried = |attempt: &&Attempt| matches!(attempt.failure, BranchError::NotStarted);
            let untried = self.attempts.iter().skip(SHOWN).filter(untried).count();
            if untried > 0 {
                write!(f, ", of which {untried} were not tried")?;
            }
        }
        if let Some(addresses) = self.unanswered.filter(|_| !self.attempts.is_empty()) {
            write!(f, "; the look-up of {addresses} had no answer before the deadline")?;
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
    /// Returns the error of the first attempt that failed, else that of the first look-up, else the rejection.
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

/// Lets a `#[resilient]` function return this error for its own timeout or its open circuit. The error has no attempts then.
impl From<Rejected> for ConnectError {
    fn from(rejected: Rejected) -> Self {
        let target = Target::Unknown(rejected.into());
        Self { target, lookups: Vec::new(), unanswered: None, attempts: Vec::new(), expired: false }
    }
}

/// Retryable, unless what was written is no host. A rejection in the chain of sources, of a guarded function or of a guarded dialer,
/// is classified like any other.
impl Classify for ConnectError {
    fn classify(&self) -> Class {
        match rejection(self) {
            Some(rejection) => rejection.classify(),
            None if self.kind() == io::ErrorKind::InvalidInput => Class::NonRetryable,
            None => Class::RETRYABLE,
        }
    }
}
