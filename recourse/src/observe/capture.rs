//! Captures: the timelines of the calls inside a future.
//!
//! A capture is a scope that its thread knows of while it polls the captured future. A call that begins meanwhile reserves a slot in
//! the scope, and fills it with its timeline when it ends. So timelines are in the order in which calls began, however they end.

use super::timeline::Timeline;
use crate::epoch::OpenScope;
use crate::sync::{Arc, Mutex, lock};
use pin_project_lite::pin_project;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    /// The scope whose future this thread is polling.
    static CURRENT: RefCell<Option<Arc<Scope>>> = const { RefCell::new(None) };
}

/// Runs a future, and returns its output together with the timelines of the guarded calls inside it, in the order the calls began.
///
/// A capture sees the calls that begin while the future is being polled, at any depth. Calls of spawned tasks run elsewhere, and are
/// not part of it (those of a `LocalSet` that runs inside the future are). If a capture is inside another, both see its calls.
/// Outside of a capture nothing is captured, and nothing paid.
///
/// # Cancel safety
///
/// Dropping the capture drops the future and what was captured.
///
/// ```
/// use recourse::{Executor, Key, Policy, Rejected, RetryPolicy, observe};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let executor = Executor::new();
/// let fails = || async { Err::<(), String>("connection reset".into()) };
/// let policy = Policy::new().retry(RetryPolicy::attempts(2));
///
/// let (result, timelines) =
///     observe::capture(async { executor.call(Key::from_static("users.get"), policy, fails).await }).await;
///
/// assert_eq!(result, Err("connection reset".into()));
/// assert_eq!(timelines[0].attempts().len(), 2);
/// println!("{}", timelines[0]);
/// # }
/// ```
pub fn capture<F: Future>(future: F) -> Capture<F> {
    Capture { scope: Arc::new(Scope::default()), parent_known: false, open: OpenScope::new(), future }
}

pin_project! {
    /// The future of [`capture`].
    ///
    /// ```
    /// use recourse::observe::{Capture, capture};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let captured: Capture<_> = capture(std::future::ready(7));
    /// let (seven, timelines) = captured.await;
    /// assert!(seven == 7 && timelines.is_empty(), "no guarded call was made inside");
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct Capture<F> {
        scope: Arc<Scope>,
        parent_known: bool,
        open: OpenScope,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Capture<F> {
    type Output = (F::Output, Vec<Timeline>);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // The parent is the scope that polls this one first, not the one in which the capture was made: a future can be moved.
        if !*this.parent_known {
            *lock(&this.scope.parent) = current();
            *this.parent_known = true;
        }
        let _entered = Entered::new(this.scope.clone());
        this.future.poll(cx).map(|output| (output, this.scope.take()))
    }
}

impl<F> fmt::Debug for Capture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").finish_non_exhaustive()
    }
}

/// The timelines of a capture so far: a slot for each call that began, filled when the call ends.
#[derive(Debug, Default)]
pub(super) struct Scope {
    slots: Mutex<Vec<Option<Timeline>>>,
    parent: Mutex<Option<Arc<Scope>>>,
}

/// A call's slot in its scope, and in the scopes around that.
#[derive(Debug)]
pub(super) struct CaptureSlot {
    scope: Arc<Scope>,
    index: usize,
    outer: Option<Box<CaptureSlot>>,
}

impl Scope {
    fn reserve(self: Arc<Self>) -> CaptureSlot {
        let index = {
            let mut slots = lock(&self.slots);
            slots.push(None);
            slots.len() - 1
        };
        let parent = lock(&self.parent).clone();
        CaptureSlot { outer: parent.map(|parent| Box::new(parent.reserve())), scope: self, index }
    }

    fn take(&self) -> Vec<Timeline> {
        std::mem::take(&mut *lock(&self.slots)).into_iter().flatten().collect()
    }
}

impl CaptureSlot {
    pub(super) fn fill(self, timeline: Timeline) {
        if let Some(outer) = self.outer {
            outer.fill(timeline.clone());
        }
        // The slot is gone if the capture has returned already: a call may outlive the future that began it.
        if let Some(slot) = lock(&self.scope.slots).get_mut(self.index) {
            *slot = Some(timeline);
        }
    }
}

/// Reserves a slot for a call that begins now, if this thread is polling a scope.
pub(super) fn reserve() -> Option<CaptureSlot> {
    current().map(Scope::reserve)
}

fn current() -> Option<Arc<Scope>> {
    CURRENT.with_borrow(Clone::clone)
}

/// Makes a scope the current one for the length of one poll, even if that poll panics.
struct Entered(Option<Arc<Scope>>);

impl Entered {
    fn new(scope: Arc<Scope>) -> Self {
        Self(CURRENT.replace(Some(scope)))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}
