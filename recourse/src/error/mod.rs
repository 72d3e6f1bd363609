//! Rejections: the errors of the library itself, and how they become errors of the user's type.
//!
//! If the operation failed, the caller gets the operation's own error, unchanged. Only if there is no such error, because the call
//! ran out of time or its circuit is open, the library returns one of its own: a [`Rejected`], which [`FromRejection`] turns into the
//! user's error type. [`rejection`] finds it again in any chain of errors.
//!
//! # Design notes
//!
//! [`Rejected`] has [`Rejection`] as its source, and the two display different things, so a printed chain of errors does not say one
//! thing twice.

mod convert;
mod kind;

pub use convert::FromRejection;
pub use kind::RejectionKind;

use crate::circuit;
use crate::concurrency::Full;
use recourse_policy::Key;
use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

/// The library ended a call, and there is no error of the operation to return. One pointer wide.
///
/// Put it into your error type; `#[error(transparent)]` of thiserror works, and so does a plain `From`:
///
/// ```
/// #[derive(Debug)]
/// enum ApiError {
///     NotFound,
///     Rejected(recourse::Rejected),
/// }
///
/// impl From<recourse::Rejected> for ApiError {
///     fn from(rejected: recourse::Rejected) -> Self {
///         ApiError::Rejected(rejected)
///     }
/// }
/// ```
///
/// anyhow, eyre, `Box<dyn Error + Send + Sync>`, `std::io::Error` and `String` accept it as it is.
#[derive(Clone, Debug)]
pub struct Rejected(Box<Rejection>);

/// The details of a [`Rejected`], and its [`source`](Error::source): which call was refused, and why.
///
/// ```
/// use recourse::{Executor, Key, Policy, RejectionKind, Rejected};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let policy = Policy::new().timeout(Duration::from_secs(2));
/// let hangs = || std::future::pending::<Result<(), Rejected>>();
/// let rejected: Rejected = Executor::new().call(Key::from_static("users.get"), policy, hangs).await.unwrap_err();
///
/// assert_eq!((rejected.kind(), rejected.key().as_str()), (RejectionKind::Timeout, "users.get"));
/// assert_eq!((rejected.attempts(), rejected.elapsed()), (1, Duration::from_secs(2)));
/// assert_eq!((rejected.circuit(), rejected.retry_after(), rejected.last_error()), (None, None, None));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Rejection {
    pub(crate) kind: RejectionKind,
    pub(crate) key: Key,
    pub(crate) attempts: u32,
    /// Set for timeouts of a policy that retries: retries around it would multiply with its own.
    #[cfg_attr(not(feature = "tower"), expect(dead_code, reason = "only layers in layers ask"))]
    pub(crate) repeats: bool,
    pub(crate) elapsed: Duration,
    pub(crate) limit: Option<Duration>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) circuit: Option<circuit::DecisionReason>,
    pub(crate) full: Option<Full>,
    pub(crate) last_error: Option<Box<str>>,
}

impl Rejection {
    /// Returns why the call was refused.
    pub const fn kind(&self) -> RejectionKind {
        self.kind
    }

    /// Returns the key of the call.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Returns the number of attempts that were started.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns how long the call had run. Counted, like its timeout, from when an attempt first had to wait.
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns when it makes sense to call again, if that is known.
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns why the circuit breaker refused, if it did: it is open, forced open, or half-open with all its probes running.
    pub const fn circuit(&self) -> Option<circuit::DecisionReason> {
        self.circuit
    }

    /// Returns how many calls of the key ran and waited, if there was no slot for this one.
    ///
    /// ```
    /// use recourse::{ConcurrencyPolicy, Executor, Key, Policy, Rejected};
    /// use std::future::{IntoFuture, pending};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let executor = Executor::new();
    /// let policy = Policy::new().concurrency(ConcurrencyPolicy::at_once(1));
    /// let call = || executor.call(Key::from_static("reports.make"), policy, || pending::<Result<(), Rejected>>());
    /// let (first, second) = (call().into_future(), call().into_future());
    /// let rejected = tokio::select! { biased; result = first => result, result = second => result }.unwrap_err();
    /// assert_eq!(rejected.to_string(), "`reports.make` was not called: 1 call runs already");
    /// assert_eq!(rejected.full().unwrap().running, 1);
    /// # }
    /// ```
    pub const fn full(&self) -> Option<Full> {
        self.full
    }

    /// Returns the text of the operation's last error, if there was one that can be displayed.
    pub fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }
}

impl Rejected {
    /// Creates the rejection of a call by its circuit, before anything of the call has happened.
    pub(crate) fn by_circuit(key: Key, reason: circuit::DecisionReason, retry_after: Option<Duration>) -> Self {
        let (kind, circuit) = (RejectionKind::CircuitOpen, Some(reason));
        let (attempts, repeats, elapsed, limit) = (0, false, Duration::ZERO, None);
        let (full, last_error) = (None, None);
        Self::new(Rejection { kind, key, attempts, repeats, elapsed, limit, retry_after, circuit, full, last_error })
    }

    pub(crate) fn new(rejection: Rejection) -> Self {
        Self(Box::new(rejection))
    }
}

impl Deref for Rejected {
    type Target = Rejection;

    fn deref(&self) -> &Rejection {
        &self.0
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rejection { kind, key, attempts, limit, circuit, full, retry_after, .. } = &*self.0;
        let circuit = match circuit {
            Some(circuit::DecisionReason::ForcedOpen) => "its circuit is forced open",
            Some(circuit::DecisionReason::ProbesBusy) => "its circuit is half-open, and its probes are on their way",
            _ => "its circuit is open",
        };
        let limit = limit.map(recourse_policy::DurationText);
        let attempts = Counted(*attempts);
        match (kind, limit) {
            (RejectionKind::CircuitOpen, _) if attempts.0 == 0 => {
                write!(f, "`{key}` was not called: {circuit}")
            }
            (RejectionKind::CircuitOpen, _) => {
                write!(f, "`{key}` was not called again after {attempts}: {circuit}")
            }
            (RejectionKind::RateLimited, _) => {
                let again = if attempts.0 == 0 { String::new() } else { format!(" again after {attempts}") };
                let after = recourse_policy::DurationText(retry_after.unwrap_or_default());
                write!(f, "`{key}` was not called{again}: its rate allows the next call in {after}")
            }
            (RejectionKind::Full, _) => {
                let again = if attempts.0 == 0 { String::new() } else { format!(" again after {attempts}") };
                write!(f, "`{key}` was not called{again}: ")?;
                match full {
                    Some(full) => full.fmt(f),
                    None => f.write_str("no slot is free"),
                }
            }
            (RejectionKind::NoPolicy, _) => write!(f, "`{key}` was not called: there is no policy for it"),
            (RejectionKind::Expired, None) => {
                write!(f, "`{key}` was not called: its deadline was over before it began")
            }
            (RejectionKind::Expired, Some(left)) => {
                write!(f, "`{key}` was not called: {left} was left of its time, less than its `at_least`")
            }
            (RejectionKind::Injected, _) => write!(f, "`{key}` failed: a test injected a fault"),
            (RejectionKind::Timeout, Some(limit)) => write!(f, "`{key}` timed out after {limit}, in {attempts}"),
            (RejectionKind::Timeout, None) => write!(f, "`{key}` was cut by the deadline around it, in {attempts}"),
            (RejectionKind::AttemptTimeout, Some(limit)) => {
                write!(f, "`{key}` gave no answer within {limit}, in {attempts}")
            }
            (RejectionKind::AttemptTimeout, None) => write!(f, "`{key}` gave no answer in time, in {attempts}"),
        }
    }
}

/// A number of attempts, in the singular or the plural.
struct Counted(u32);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} attempt{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

impl fmt::Display for Rejection {
    /// Writes what the text of [`Rejected`] leaves out, since this text is below it in a printed chain.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rejected by recourse ({})", self.kind)?;
        match &self.last_error {
            Some(error) => write!(f, ", the last error was: {error}"),
            None => Ok(()),
        }
    }
}

impl Error for Rejected {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

impl Error for Rejection {}

/// Finds the rejection in a chain of errors: the error itself, or one of its sources. Looks at the first 1,000 errors of a chain.
///
/// ```
/// use recourse::{Executor, Policy, Rejected, RejectionKind, Key};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let policy = Policy::new().timeout(Duration::from_millis(5));
/// let hangs = || std::future::pending::<Result<(), std::io::Error>>();
/// let error = Executor::new().call(Key::from_static("disk.read"), policy, hangs).await.unwrap_err();
///
/// let rejection = recourse::rejection(&error).expect("behind an io::Error, too");
/// assert_eq!(rejection.kind(), RejectionKind::Timeout);
/// assert_eq!(error.to_string(), "`disk.read` timed out after 5ms, in 1 attempt");
/// # }
/// ```
pub fn rejection<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Rejection> {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    // Both types occur in chains: `Rejected` if it was wrapped, `Rejection` if only its source was kept.
    let held = |error: &'a (dyn Error + 'static)| match error.downcast_ref::<Rejected>() {
        Some(rejected) => Some(&**rejected),
        None => error.downcast_ref::<Rejection>(),
    };
    chain.take(LONGEST_CHAIN).find_map(held)
}

/// The errors of a chain that are looked at. An error that is its own source has a chain without end.
const LONGEST_CHAIN: usize = 1_000;
