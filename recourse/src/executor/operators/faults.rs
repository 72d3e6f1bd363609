//! Faults that a test injects into the next attempts of a key.
//!
//! # Design notes
//!
//! While faults are planned the executor holds a scope open (see [`epoch`](crate::epoch)), so that every call of the process passes the whole
//! gate and finds out whether faults are planned for its key. Without faults nothing is asked.

use crate::epoch::OpenScope;
use crate::outcome::Class;
use crate::sync::{Mutex, lock};
use recourse_policy::Key;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

/// What happens to the next attempts of a key instead of running their body: see [`testing::fault`](crate::testing::fault).
///
/// ```
/// use recourse::testing::{fault, isolated};
/// use recourse::{Class, resilient, testing::Fault};
/// use std::time::Duration;
///
/// #[resilient(key = "users.get", retry = "3 attempts, fixed 10ms", timeout = "2s")]
/// async fn get_user() -> Result<String, String> {
///     Ok("Ada".to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let (result, timelines) = isolated(async {
///     fault("users.get", Fault::slow(Duration::from_millis(300)));
///     get_user().await
/// })
/// .await;
/// assert_eq!(result.unwrap(), "Ada");
/// assert_eq!(timelines[0].elapsed(), Duration::from_millis(300));
///
/// let (result, _) = isolated(async {
///     fault("users.get", Fault::fail_as(Class::NonRetryable));
///     get_user().await
/// })
/// .await;
/// assert_eq!(result.unwrap_err(), "`users.get` failed: a test injected a fault");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a fault does nothing until it is planned for a key"]
pub struct Fault {
    kind: FaultKind,
    times: u32,
}

/// What a fault does to one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The attempt fails at its first poll, with a rejection of kind `Injected`, which has this class.
    Fail(Class),
    /// The attempt is never ready.
    Hang,
    /// The body begins this much later.
    Slow(Duration),
    /// The attempt runs as always.
    Pass,
}

impl Fault {
    const fn once(kind: FaultKind) -> Self {
        Self { kind, times: 1 }
    }

    /// Makes an attempt fail at its first poll, retryably. Its body does not run.
    ///
    /// The error is made from a [`Rejected`](crate::Rejected) of kind [`Injected`](crate::RejectionKind::Injected), as that of a
    /// timeout is. The function's classifier is not asked.
    pub const fn fail() -> Self {
        Self::fail_as(Class::RETRYABLE)
    }

    /// Makes an attempt fail with a class of your choice: [`Class::NonRetryable`], [`Class::Ignore`], or retryable after some time.
    /// [`Class::Success`] returns the error and counts as a sign of health.
    pub const fn fail_as(class: Class) -> Self {
        Self::once(FaultKind::Fail(class))
    }

    /// Makes an attempt hang: it is never ready, and its body does not run. Timeouts, hedges and drops end it.
    ///
    /// ```
    /// use recourse::resilient;
    /// use recourse::testing::{Fault, fault, isolated};
    ///
    /// #[resilient(key = "users.get", retry = "4 attempts, no delay", attempt_timeout = "1s")]
    /// async fn get_user() -> Result<&'static str, String> {
    ///     Ok("Ada")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let (user, timelines) = isolated(async {
    ///     fault("users.get", Fault::hang());
    ///     fault("users.get", Fault::fail().times(2));
    ///     fault("users.get", Fault::pass());
    ///     get_user().await
    /// })
    /// .await;
    /// assert_eq!(user.unwrap(), "Ada");
    /// assert_eq!(timelines[0].attempt_count(), 4);
    /// # }
    /// ```
    pub const fn hang() -> Self {
        Self::once(FaultKind::Hang)
    }

    /// Makes the body of an attempt begin `delay` later.
    pub const fn slow(delay: Duration) -> Self {
        Self::once(FaultKind::Slow(delay))
    }

    /// Lets an attempt run as always: for a fault that comes later, `fault(key, Fault::pass().times(2)); fail(key, 1)`.
    pub const fn pass() -> Self {
        Self::once(FaultKind::Pass)
    }

    /// Sets the number of attempts, 1 by default. Zero plans nothing.
    pub const fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }
}

/// The faults that are planned in one executor.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Planned>);

#[derive(Debug, Default)]
struct Planned {
    by_key: HashMap<Key, VecDeque<Fault>>,
    /// The keys of attempts that met a fault.
    met: HashSet<Key>,
    /// Open as long as a fault is planned.
    open: Option<OpenScope>,
}

impl Faults {
    /// Plans a fault, after those that are planned for the key already.
    pub(in crate::executor) fn plan(&self, key: Key, fault: Fault) {
        if fault.times > 0 {
            let mut planned = lock(&self.0);
            planned.open.get_or_insert_with(OpenScope::new);
            planned.by_key.entry(key).or_default().push_back(fault);
        }
    }

    /// True if a fault is planned for the key.
    pub(crate) fn any(&self, key: &Key) -> bool {
        lock(&self.0).by_key.contains_key(key)
    }

    /// Takes the fault of an attempt that starts now.
    pub(crate) fn take(&self, key: &Key) -> Option<FaultKind> {
        let mut planned = lock(&self.0);
        let queue = planned.by_key.get_mut(key)?;
        let first = queue.front_mut()?;
        let kind = first.kind;
        first.times -= 1;
        if first.times == 0 {
            queue.pop_front();
            if queue.is_empty() {
                planned.by_key.remove(key);
            }
        }
        planned.met.insert(key.clone());
        if planned.by_key.is_empty() {
            planned.open = None;
        }
        Some(kind)
    }

    /// Returns the keys for which a fault is planned, and no attempt has met one.
    pub(in crate::executor) fn unmet(&self) -> Vec<Key> {
        let planned = lock(&self.0);
        let mut unmet: Vec<Key> = planned.by_key.keys().filter(|&key| !planned.met.contains(key)).cloned().collect();
        unmet.sort();
        unmet
    }
}
