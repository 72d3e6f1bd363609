//! The attempts of a call as the engine sees them: how they end, and not what they are or return.
//!
//! The engine is compiled once. What needs the types (polling, classifying, keeping an outcome) stands behind these traits: a few
//! small functions for each guarded function.

use crate::call::classifier::Classifier;
use crate::call::in_flight::InFlightHedges;
#[cfg(feature = "test-util")]
use crate::call::state::Faulted;
use crate::outcome::Class;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The primary attempt of a group, its hedges, and the outcome that was set aside while the engine decides what it means.
pub(super) trait AttemptSet {
    /// True while the primary runs.
    fn primary_runs(&self) -> bool;
    /// Drops the primary, if it runs.
    fn drop_primary(&mut self);
    /// Returns the error text of the outcome that was set aside.
    fn text(&self) -> Option<String>;
    /// Returns the hedges, if there can be any.
    fn hedges(&mut self) -> Option<&mut dyn HedgeAttempts>;
}

/// The hedges of a group.
pub(super) trait HedgeAttempts {
    /// Returns what is known of the hedges; `None` if none was launched and no failure is kept.
    fn in_flight(&mut self) -> Option<&mut InFlightHedges>;
    /// Polls a hedge. If it is ready its outcome is set aside, and this is the class.
    fn poll_hedge(&mut self, slot: usize, cx: &mut Context<'_>) -> Option<Class>;
    /// Sets the outcome of a fault aside, in place of that of a hedge.
    #[cfg(feature = "test-util")]
    fn set_aside_fault(&mut self, fault: Faulted) -> Option<Class>;
    /// Drops a hedge.
    fn drop_hedge(&mut self, slot: usize);
    /// Keeps the outcome that was set aside: it may become the group's.
    fn keep_outcome(&mut self);
    /// Ends the group, so that all is as before its first hedge. If `kept`, the outcome that was kept is set aside.
    fn end_group(&mut self, kept: bool);
}

/// The attempts of a call, with their types.
pub(super) struct Attempts<'a, Fut: Future, C, H> {
    pub(super) attempt: Pin<&'a mut Option<Fut>>,
    pub(super) classifier: C,
    pub(super) hedges: H,
    /// The outcome that was set aside.
    pub(super) outcome: Option<Fut::Output>,
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy, H> Attempts<'_, Fut, C, H> {
    /// Classifies an outcome and sets it aside.
    pub(super) fn set_aside(&mut self, polled: Poll<Fut::Output>) -> Option<Class> {
        let Poll::Ready(outcome) = polled else { return None };
        let class = self.classifier.classify(&outcome);
        self.outcome = Some(outcome);
        Some(class)
    }

    /// Sets the outcome of a fault aside, in place of that of an attempt.
    #[cfg(feature = "test-util")]
    pub(super) fn set_aside_fault(&mut self, fault: Faulted) -> Option<Class> {
        let Poll::Ready((class, rejected)) = fault else { return None };
        self.outcome = Some(self.classifier.reject(rejected));
        Some(class)
    }

    /// Polls the primary, if it runs. If it is ready its outcome is set aside, and this is the class; the attempt is still to be
    /// dropped.
    pub(super) fn poll_primary(&mut self, cx: &mut Context<'_>) -> Option<Class> {
        let polled = self.attempt.as_mut().as_pin_mut()?.poll(cx);
        self.set_aside(polled)
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy, H: Hedging<Fut, C>> AttemptSet for Attempts<'_, Fut, C, H> {
    fn primary_runs(&self) -> bool {
        self.attempt.is_some()
    }

    fn drop_primary(&mut self) {
        self.attempt.set(None);
    }

    fn text(&self) -> Option<String> {
        match &self.outcome {
            Some(outcome) => self.classifier.text(outcome),
            None => None,
        }
    }

    fn hedges(&mut self) -> Option<&mut dyn HedgeAttempts> {
        H::hedges(self)
    }
}

/// Whether a call can hold hedges: known when it is compiled, so that a call which cannot is not asked for them.
pub(super) trait Hedging<Fut: Future, C>: Sized {
    /// True if there can be a hedge.
    const MAY_HEDGE: bool;
    /// Returns the hedges beside the primary.
    fn hedges<'s>(attempts: &'s mut Attempts<'_, Fut, C, Self>) -> Option<&'s mut dyn HedgeAttempts>;
}

/// There is never a hedge.
pub(super) struct NoHedges;

impl<Fut: Future, C> Hedging<Fut, C> for NoHedges {
    const MAY_HEDGE: bool = false;

    fn hedges<'s>(_: &'s mut Attempts<'_, Fut, C, Self>) -> Option<&'s mut dyn HedgeAttempts> {
        None
    }
}
