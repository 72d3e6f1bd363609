//! What is told of a fallback, which begins when its call has ended: so that users who saw an error can be told from those who saw the
//! fallback's answer.
//!
//! A call that fails leaves what observers may know of it on its thread, if the function has a fallback. The function takes that up when the
//! fallback begins: at once, with no `.await` in between.

use super::call_info::CallInfo;
use super::event::FallbackEvent;
use super::names::{EndReason, FallbackOutcome};
use super::observer::Wanted;
use super::observers::Observers;
use super::spans;
use crate::sync::Arc;
use crate::time::Instant;
use std::cell::Cell;
use std::fmt;

/// A call that failed, and what its observers may know of it.
struct Failed {
    call: CallInfo,
    reason: EndReason,
    observers: Arc<Observers>,
}

thread_local! {
    /// The call of a function with a fallback that failed last on this thread, until its fallback begins.
    static FAILED: Cell<Option<Box<Failed>>> = const { Cell::new(None) };
}

/// Leaves a call for its fallback.
pub(super) fn leave(call: &CallInfo, reason: EndReason, observers: &Arc<Observers>) {
    // Nobody gets an outcome of these.
    if !matches!(reason, EndReason::Success | EndReason::Cancelled | EndReason::Panicked) {
        let failed = Failed { call: call.clone(), reason, observers: observers.clone() };
        let _ = FAILED.try_with(|last| last.set(Some(Box::new(failed))));
    }
}

/// A fallback that runs. Dropping it tells that it has ended.
pub struct FallbackRun {
    failed: Box<Failed>,
    began: Instant,
    outcome: Option<FallbackOutcome>,
}

impl FallbackRun {
    /// Begins the fallback of the call that has just failed on this thread, if somebody observes it. `is_own` tells whether it is a call of
    /// the function: another one may have been left, whose function took no fallback because its value was only classified as a failure.
    pub(crate) fn begin(is_own: impl FnOnce(&CallInfo) -> bool) -> Option<Self> {
        let failed = FAILED.try_with(Cell::take).ok().flatten().filter(|failed| is_own(&failed.call))?;
        let run = Self { failed, began: Instant::now(), outcome: None };
        run.tell(&FallbackEvent::Started { reason: run.failed.reason });
        Some(run)
    }

    /// The fallback has returned.
    pub fn returned(mut self, ok: bool) {
        self.outcome = Some(if ok { FallbackOutcome::Answered } else { FallbackOutcome::Failed });
    }

    fn tell(&self, event: &FallbackEvent) {
        let Failed { call, observers, .. } = &*self.failed;
        if observers.trace() {
            observers.catch(|| spans::tell_of_fallback(call, event));
        }
        observers.notify_those(Wanted::Totals, |observer| observer.fallback(call, event));
    }
}

impl Drop for FallbackRun {
    fn drop(&mut self) {
        let dropped = || if std::thread::panicking() { FallbackOutcome::Panicked } else { FallbackOutcome::Cancelled };
        let (outcome, took) =
            (self.outcome.unwrap_or_else(dropped), Instant::now().saturating_duration_since(self.began));
        let reason = self.failed.reason;
        self.tell(&FallbackEvent::Ended { reason, outcome, took });
    }
}

impl fmt::Debug for FallbackRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FallbackRun").field("call", &self.failed.call).finish_non_exhaustive()
    }
}
