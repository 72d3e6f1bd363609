//! The library's own refusals, and how they become errors of the user's type.
//!
//! When the operation itself failed, its own error comes back unchanged. Only when there is no such error (the call ran
//! out of time, the circuit is open) the library speaks: as [`Rejected`], which [`FromRejection`] makes an `E`.
//! [`rejection`] finds it again in any chain of errors.

use crate::circuit;
use crate::classify::Classify;
use crate::outcome::Class;
use recourse_policy::Key;
use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

/// The library refused to go on, and there is no error of the operation to return. One pointer wide.
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
/// anyhow, eyre, `Box<dyn Error + Send + Sync>`, `std::io::Error` and `String` take it as it is.
#[derive(Clone, Debug)]
pub struct Rejected(Box<Rejection>);

/// What was refused, and why. Behind [`Rejected`], and its [`source`](Error::source).
#[derive(Clone, Debug)]
pub struct Rejection {
    pub(crate) kind: RejectionKind,
    pub(crate) key: Key,
    pub(crate) attempts: u32,
    /// Told of timeouts: the policy retries, so retries around it would multiply.
    #[cfg_attr(not(feature = "tower"), expect(dead_code, reason = "only layers in layers ask"))]
    pub(crate) repeats: bool,
    pub(crate) elapsed: Duration,
    pub(crate) limit: Option<Duration>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) circuit: Option<circuit::DecisionReason>,
    pub(crate) last_error: Option<Box<str>>,
}

/// Why the library refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionKind {
    /// The circuit breaker refused an attempt: the first, so that the body did not run, or a retry after its delay.
    /// [`Rejection::circuit`] says why.
    CircuitOpen,
    /// The call's `timeout` came while an attempt was running.
    Timeout,
    /// The last attempt ran into `attempt_timeout`.
    AttemptTimeout,
    /// No policy is known for the key, and the executor denies such calls: the body did not run.
    NoPolicy,
}

impl RejectionKind {
    /// Its reason code: `circuit_open`, `timeout`, `attempt_timeout`, `no_policy`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CircuitOpen => "circuit_open",
            Self::Timeout => "timeout",
            Self::AttemptTimeout => "attempt_timeout",
            Self::NoPolicy => "no_policy",
        }
    }
}

impl fmt::Display for RejectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Rejection {
    /// Why.
    pub const fn kind(&self) -> RejectionKind {
        self.kind
    }

    /// The key of the call.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Attempts that were started.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long the call had run. Counted, like its timeout, from when an attempt first had to wait.
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// When it makes sense to call again, where that is known.
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Why the circuit breaker refused, where it did: it is open, forced open, or half-open with its probes on their way.
    pub const fn circuit(&self) -> Option<circuit::DecisionReason> {
        self.circuit
    }

    /// The text of the last error of the operation itself, where there was one that can be displayed.
    pub fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }
}

impl Rejected {
    /// Before anything of the call has happened.
    pub(crate) fn by_circuit(key: Key, reason: circuit::DecisionReason, retry_after: Option<Duration>) -> Self {
        let (kind, circuit) = (RejectionKind::CircuitOpen, Some(reason));
        let (attempts, repeats, elapsed, limit, last_error) = (0, false, Duration::ZERO, None, None);
        Self::new(Rejection { kind, key, attempts, repeats, elapsed, limit, retry_after, circuit, last_error })
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
        let Rejection { kind, key, attempts, limit, circuit, .. } = &*self.0;
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
            (RejectionKind::NoPolicy, _) => write!(f, "`{key}` was not called: there is no policy for it"),
            (RejectionKind::Timeout, Some(limit)) => write!(f, "`{key}` timed out after {limit}, in {attempts}"),
            (RejectionKind::Timeout, None) => write!(f, "`{key}` timed out, in {attempts}"),
            (RejectionKind::AttemptTimeout, Some(limit)) => {
                write!(f, "`{key}` gave no answer within {limit}, in {attempts}")
            }
            (RejectionKind::AttemptTimeout, None) => write!(f, "`{key}` gave no answer in time, in {attempts}"),
        }
    }
}

struct Counted(u32);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} attempt{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

impl fmt::Display for Rejection {
    /// What [`Rejected`]'s own text leaves out, since it stands below it in a printed chain.
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

impl Classify for Rejected {
    /// As the [`Rejection`] in it.
    fn classify(&self) -> Class {
        self.0.classify()
    }
}

impl Classify for Rejection {
    /// What it means to a call around the one that was refused, which has made its own retries: these would multiply with
    /// them. Only where it says when to come back there is a point in doing so.
    fn classify(&self) -> Class {
        match self.retry_after() {
            Some(after) => Class::Retryable { after: Some(after) },
            None => Class::NonRetryable,
        }
    }
}

impl From<Rejected> for std::io::Error {
    /// Both timeouts are `TimedOut`, the rest is `Other`.
    fn from(rejected: Rejected) -> Self {
        use std::io::ErrorKind;
        let kind = match rejected.kind() {
            RejectionKind::Timeout | RejectionKind::AttemptTimeout => ErrorKind::TimedOut,
            RejectionKind::CircuitOpen | RejectionKind::NoPolicy => ErrorKind::Other,
        };
        Self::new(kind, rejected)
    }
}

impl From<Rejected> for String {
    fn from(rejected: Rejected) -> Self {
        rejected.to_string()
    }
}

/// Makes an error of the operation's type from a rejection. There for every `E: From<Rejected>`.
///
/// Always demanded, also of a function that only retries, since its policy can be changed while the program runs.
#[diagnostic::on_unimplemented(
    message = "the error type `{Self}` cannot carry a rejection of recourse (a timeout, an open circuit)",
    label = "`{Self}` does not implement `From<recourse::Rejected>`",
    note = "where the type is yours, write `impl From<recourse::Rejected> for {Self}`; for an enum with thiserror, that is a variant: `#[error(transparent)] Rejected(#[from] recourse::Rejected)`",
    note = "where it is not, name a function in the attribute: `on_reject = path`, an `fn(recourse::Rejected) -> {Self}`"
)]
pub trait FromRejection: Sized {
    /// Makes the error.
    fn from_rejection(rejected: Rejected) -> Self;
}

// Without this, rustc answers with every `From` there is, instead of with the words above.
#[diagnostic::do_not_recommend]
impl<E: From<Rejected>> FromRejection for E {
    fn from_rejection(rejected: Rejected) -> Self {
        rejected.into()
    }
}

/// Finds the rejection in a chain of errors: the error itself, or one of its sources.
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
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rejected) = error.downcast_ref::<Rejected>() {
            return Some(rejected);
        }
        if let Some(rejection) = error.downcast_ref::<Rejection>() {
            return Some(rejection);
        }
        next = error.source();
    }
    None
}
