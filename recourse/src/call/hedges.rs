//! The hedges of a call, with their types.
//!
//! A function that may hedge holds [`Hedges`]: one pointer, null until the first hedge starts.

use crate::call::attempts::{Attempts, HedgeAttempts, Hedging};
use crate::call::classifier::Classifier;
use crate::call::in_flight::{HedgeLaunch, InFlightHedges, SLOTS};
#[cfg(feature = "test-util")]
use crate::call::state::Faulted;
use crate::outcome::Class;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Context;

/// The hedges of one group. Nothing is allocated until the first one starts.
pub(super) struct Hedges<Fut: Future>(Option<Box<HedgedFunctionsNeedASendResult<Fut>>>);

/// What a hedged call keeps of its group. rustc prints this name if the result of a hedged function is not `Send` and its future has to be:
/// an outcome that failed is kept across awaits, until the group has another one.
struct HedgedFunctionsNeedASendResult<Fut: Future> {
    in_flight: InFlightHedges,
    /// The hedges that run, each in its slot.
    hedges: [Option<Pin<Box<Fut>>>; SLOTS],
    /// The outcome of the failure that is kept.
    kept: Option<Fut::Output>,
}

impl<Fut: Future> Hedges<Fut> {
    pub(super) const NONE: Self = Self(None);

    /// Adds a hedge. It is polled after the attempts that run already.
    #[cold]
    pub(super) fn add(&mut self, launch: HedgeLaunch, attempt: Fut) {
        let storage = self.0.get_or_insert_with(|| {
            Box::new(HedgedFunctionsNeedASendResult {
                in_flight: InFlightHedges::default(),
                hedges: [const { None }; SLOTS],
                kept: None,
            })
        });
        if let Some(slot) = storage.in_flight.add(launch) {
            storage.hedges[slot] = Some(Box::pin(attempt));
        }
    }

    /// True while a hedge runs.
    #[inline]
    pub(super) fn any_runs(&self) -> bool {
        match &self.0 {
            Some(storage) => storage.in_flight.next_from(0).is_some(),
            None => false,
        }
    }
}

impl<Fut: Future> fmt::Debug for Hedges<Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hedges").field(&self.0.as_ref().map(|storage| &storage.in_flight)).finish()
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> Hedging<Fut, C> for &mut Hedges<Fut> {
    const MAY_HEDGE: bool = true;

    fn hedges<'s>(attempts: &'s mut Attempts<'_, Fut, C, Self>) -> Option<&'s mut dyn HedgeAttempts> {
        Some(attempts)
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> HedgeAttempts for Attempts<'_, Fut, C, &mut Hedges<Fut>> {
    fn in_flight(&mut self) -> Option<&mut InFlightHedges> {
        match &mut self.hedges.0 {
            Some(storage) => Some(&mut storage.in_flight),
            None => None,
        }
    }

    fn poll_hedge(&mut self, slot: usize, cx: &mut Context<'_>) -> Option<Class> {
        let storage = self.hedges.0.as_mut()?;
        let polled = storage.hedges[slot].as_mut()?.as_mut().poll(cx);
        self.set_aside(polled)
    }

    #[cfg(feature = "test-util")]
    fn set_aside_fault(&mut self, fault: Faulted) -> Option<Class> {
        Attempts::set_aside_fault(self, fault)
    }

    fn drop_hedge(&mut self, slot: usize) {
        if let Some(storage) = &mut self.hedges.0 {
            storage.hedges[slot] = None;
        }
    }

    fn keep_outcome(&mut self) {
        if let Some(storage) = &mut self.hedges.0 {
            storage.kept = self.outcome.take();
        }
    }

    fn end_group(&mut self, kept: bool) {
        // Dropped in any case: the next group begins without hedges.
        let storage = self.hedges.0.take();
        if let (true, Some(storage)) = (kept, storage) {
            self.outcome = storage.kept;
        }
    }
}
