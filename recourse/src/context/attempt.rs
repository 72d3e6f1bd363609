//! What a body may know of the attempt that it is.

use super::call_id::CallId;
use crate::sync::{Arc, OnceLock};
use crate::time::Instant;
use std::cell::RefCell;
use std::fmt;
use std::mem;
use std::time::Duration;

/// An attempt of a guarded call, as its body sees it.
///
/// `attempt = NAME` in the attribute binds one in the body, [`Executor::call_with`](crate::Executor::call_with) hands one to the closure, and
/// [`attempt`] finds it further below. It can be cloned, and sent elsewhere.
///
/// ```
/// use recourse::resilient;
///
/// #[resilient(key = "orders.send", retry = "3 attempts", attempt = it)]
/// async fn send(replicas: &[&str]) -> Result<String, String> {
///     let request = format!("{} as {}", it.of(replicas).ok_or("no replica")?, it.call_id());
///     if it.is_last() { Ok(request) } else { Err("busy".to_owned()) }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// assert!(send(&["near", "far"]).await.is_ok());
/// # }
/// ```
///
/// What it knows can be written to a log, or decide what the attempt asks for:
///
/// ```
/// use recourse::resilient;
/// use std::time::Duration;
///
/// #[resilient(key = "prices.get", retry = "2 attempts, no delay", timeout = "1s", attempt = it)]
/// async fn price() -> Result<u32, String> {
///     assert_eq!((it.key(), it.is_hedge()), ("prices.get", false));
///     assert_eq!(it.remaining(), Some(Duration::from_secs(1)));
///     if it.is_first() {
///         return Err("busy".to_owned());
///     }
///     assert_eq!((it.number(), it.last_error()), (2, Some("busy")));
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// assert_eq!(price().await, Ok(7));
/// # }
/// ```
#[derive(Clone)]
pub struct Attempt {
    number: u32,
    is_last: bool,
    is_hedge: bool,
    deadline: Option<Instant>,
    last_error: Option<Arc<str>>,
    call: Arc<CallIdentity>,
}

/// What all attempts of a call share.
#[derive(Debug)]
pub(crate) struct CallIdentity {
    key: Box<str>,
    id: OnceLock<CallId>,
    /// Where the call begins among several targets. Drawn for the first attempt that is shown.
    start: OnceLock<u64>,
    /// The deadline of the first attempt, if it was made before its call had to wait, and begins only now.
    begun_later: OnceLock<Instant>,
}

impl CallIdentity {
    pub(crate) fn new(key: &str) -> Self {
        Self { key: key.into(), id: OnceLock::new(), start: OnceLock::new(), begun_later: OnceLock::new() }
    }

    /// Draws where the call begins among several targets, unless that was drawn.
    pub(crate) fn draw_start(&self, draw: impl FnOnce() -> u64) {
        self.start.get_or_init(draw);
    }

    /// Notes the deadline of the first attempt, which was made before its call had to wait, and begins now.
    pub(crate) fn first_begins(&self, deadline: Option<Instant>) {
        if let Some(deadline) = deadline {
            self.begun_later.get_or_init(|| deadline);
        }
    }

    /// Returns the identity of the call, drawn when it is first asked for.
    pub(crate) fn id(&self) -> CallId {
        *self.id.get_or_init(CallId::draw)
    }
}

/// What differs from attempt to attempt of a call.
pub(crate) struct AttemptFacts {
    pub(crate) number: u32,
    pub(crate) is_last: bool,
    pub(crate) is_hedge: bool,
    pub(crate) deadline: Option<Instant>,
    pub(crate) last_error: Option<Arc<str>>,
}

impl Attempt {
    pub(crate) fn new(call: Arc<CallIdentity>, facts: AttemptFacts) -> Self {
        let AttemptFacts { number, is_last, is_hedge, deadline, last_error } = facts;
        Self { number, is_last, is_hedge, deadline, last_error, call }
    }

    /// Returns the number of the attempt in its call, hedges counted. The first is 1.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Returns true for the first attempt of the call.
    pub const fn is_first(&self) -> bool {
        self.number == 1
    }

    /// Returns true if the policy allows no attempt after this one, or after its group: a hedge says what its primary says. Retries without
    /// end have no last attempt. An attempt that is not the last by this may still turn out to be, if the budget or the time ends the
    /// call.
    pub const fn is_last(&self) -> bool {
        self.is_last
    }

    /// Returns true for a hedge, which runs beside other attempts.
    pub const fn is_hedge(&self) -> bool {
        self.is_hedge
    }

    /// Returns the time that the attempt has left before its deadline, if it has one: the earliest of its own limit, that of its call, and
    /// the deadline around it. Zero if it is over. Time in a queue, before the body starts, is none of the attempt's own. Reads the clock if there
    /// is a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        let begun_later = || self.call.begun_later.get().copied().filter(|_| self.is_first());
        self.deadline
            .map(|deadline| begun_later().unwrap_or(deadline))
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Returns the key of the call.
    pub fn key(&self) -> &str {
        &self.call.key
    }

    /// Returns the identity of the call, the same for all its attempts. Drawn when it is first asked for.
    pub fn call_id(&self) -> CallId {
        self.call.id()
    }

    /// Returns one of several targets, such as replicas of a service, for this attempt; `None` if there is none. The attempts of a call, retries
    /// and hedges alike, get each target once before any twice. Each call begins at a place of its own, which is drawn, so that
    /// the first target does not get all the load.
    ///
    /// ```
    /// use recourse::resilient;
    /// use std::sync::Mutex;
    ///
    /// #[resilient(key = "replicas", retry = "3 attempts, no delay", attempt = it)]
    /// async fn ask(asked: &Mutex<Vec<u32>>) -> Result<(), String> {
    ///     asked.lock().unwrap().extend(it.of(&[1, 2, 3]));
    ///     Err("down".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let asked = Mutex::default();
    /// ask(&asked).await.unwrap_err();
    /// let mut asked = asked.into_inner().unwrap();
    /// asked.sort();
    /// assert_eq!(asked, [1, 2, 3]);
    /// # }
    /// ```
    pub fn of<'t, T>(&self, targets: &'t [T]) -> Option<&'t T> {
        let count = u64::try_from(targets.len()).ok().filter(|count| *count != 0)?;
        // The two remainders are smaller than the count, so their sum does not overflow where it matters.
        let index =
            (self.call.start.get().copied().unwrap_or_default() % count + u64::from(self.number - 1) % count) % count;
        targets.get(usize::try_from(index).ok()?)
    }

    /// Returns the text of the error of an attempt before this one, if there was one that can be displayed: the last that has ended.
    pub fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, is_last, is_hedge, deadline, last_error, call } = self;
        f.debug_struct("Attempt")
            .field("key", &call.key)
            .field("number", number)
            .field("is_last", is_last)
            .field("is_hedge", is_hedge)
            .field("deadline", deadline)
            .field("last_error", last_error)
            .finish_non_exhaustive()
    }
}

thread_local! {
    /// The attempt of the innermost call around that shows it.
    static SHOWN: RefCell<Option<Attempt>> = const { RefCell::new(None) };
}

/// Returns the attempt in which the code that calls this runs, for code below a body that does not get it as an argument, such as a middleware:
/// that of the innermost call around which shows its attempts. Those are functions with `attempt = NAME` and calls by
/// [`Executor::call_with`](crate::Executor::call_with). `None` outside of them, and in tasks that they spawn.
///
/// ```
/// use recourse::{context, resilient};
///
/// fn is_retry() -> bool {
///     context::attempt().is_some_and(|attempt| !attempt.is_first())
/// }
///
/// #[resilient(key = "orders.send", retry = "2 attempts, no delay", attempt = _it)]
/// async fn send() -> Result<(), String> {
///     if is_retry() { Ok(()) } else { Err("busy".to_owned()) }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// assert!(send().await.is_ok());
/// assert!(context::attempt().is_none());
/// # }
/// ```
pub fn attempt() -> Option<Attempt> {
    SHOWN.try_with(|shown| shown.borrow().clone()).ok().flatten()
}

/// Shows an attempt to the code below, until it is dropped.
pub(crate) struct ShownAttempt(Option<Attempt>);

impl ShownAttempt {
    pub(crate) fn new(attempt: Attempt) -> Self {
        Self(SHOWN.with_borrow_mut(|shown| shown.replace(attempt)))
    }
}

impl fmt::Debug for ShownAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ShownAttempt").field(&self.0).finish()
    }
}

impl Drop for ShownAttempt {
    fn drop(&mut self) {
        let before = self.0.take();
        let shown = SHOWN.try_with(|shown| mem::replace(&mut *shown.borrow_mut(), before));
        drop(shown);
    }
}
