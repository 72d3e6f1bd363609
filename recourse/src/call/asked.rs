//! What a function asks for in one call alone, by an expression in its attribute.

use crate::call::classifier::Classifier;
use crate::call::hedged::HedgedCall;
use crate::call::sequential::Call;
use crate::call::state::CallState;
use crate::context::{Attempt, Priority};
use crate::time::Instant;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The methods of both kinds of call.
macro_rules! asked {
    () => {
        /// Ends the call at this moment, if that comes before the deadline around it.
        pub fn until(&mut self, deadline: Option<Instant>) {
            self.ask(|state| state.end_by(deadline));
        }

        /// Detaches the call from the deadline around it.
        pub fn detach(&mut self) {
            self.ask(CallState::detach);
        }

        /// Gives the call this priority, and all that is guarded in it. `None` leaves the priority around the call.
        pub fn prioritise(&mut self, priority: Option<Priority>) {
            self.ask(|state| state.prioritise(priority));
        }

        /// Limits the call to this time, if that is shorter than the timeout of its policy.
        pub fn limit(&mut self, timeout: Duration) {
            self.ask(|state| state.limit(timeout));
        }
    };
}

impl Call {
    asked!();

    /// Returns what the body may know of the attempt that is about to be made.
    pub fn next_attempt(self: &mut Pin<&mut Self>) -> Attempt {
        self.as_mut().view().next_attempt()
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> HedgedCall<Fut, C> {
    asked!();

    /// Returns what the body may know of the attempt that is about to be made.
    pub fn next_attempt(self: &mut Pin<&mut Self>) -> Attempt {
        self.as_mut().view().next_attempt()
    }
}
