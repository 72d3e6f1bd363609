//! What a call tells the attempt around it when it ends.
//!
//! # Design notes
//!
//! - **A call that may repeat and has given up marks the attempt around it**, so that attempts do not multiply, whatever becomes of the error on
//!   its way. One without retries has nothing to multiply, and hands on what calls inside of its own last attempt have marked.
//! - **A success clears what was left before**: a failed hint does not take away the retries of what comes after it.
//! - **A call that a limit has ended says so, and not whose limit it was**: its own, that of its attempts, one around it, or one of somebody who
//!   polled it first. The attempt around asks the clock about its own.
//! - **A refusal that says when to come back does not mark**, if that is within the deadline: waiting is then the right thing, and the call around
//!   is the one that knows how long.

use crate::call::lifecycle::CallView;
use crate::context::{self, Marks};
use crate::observe::EndReason;

impl CallView<'_> {
    /// True if the deadline around the call is the one that has cut it, or would be.
    pub(super) fn is_cut_from_outside(&self) -> bool {
        let site = self.site;
        self.state.as_ref().as_pin_ref().is_some_and(|timed| timed.state.outer_is_first(site))
    }

    /// The call ends for this reason. `marks` are those of the attempt whose outcome ends it.
    pub(super) fn tell_around(&self, reason: EndReason, marks: Marks) {
        let gave_up = match reason {
            EndReason::Success => {
                context::forgive();
                return;
            }
            // Nobody gets an outcome.
            EndReason::Cancelled | EndReason::Panicked => return,
            // An error that no attempt would mend, or a call that made none.
            EndReason::NonRetryable | EndReason::Ignored | EndReason::NoPolicy | EndReason::Expired => false,
            EndReason::AttemptsExhausted
            | EndReason::Nested
            | EndReason::BudgetDenied
            | EndReason::Deadline
            | EndReason::PushbackTooLong
            | EndReason::Timeout
            | EndReason::CircuitOpen
            | EndReason::Full
            | EndReason::RateLimited => self.site.retry.repeats(),
        };
        let nested = if gave_up { Marks::NESTED } else { Marks::NONE };
        // Whose deadline it was is looked at there: a call may be polled by somebody else than whoever began it.
        let over = if matches!(reason, EndReason::Timeout | EndReason::Expired) { Marks::OVER } else { Marks::NONE };
        let told = marks.and(nested).and(over);
        if told != Marks::NONE {
            context::mark(told);
        }
    }
}
