//! How much a call matters: its priority, and the share of slots that goes with it.

use super::CallState;
use crate::concurrency::Share;
use crate::context::{self, DrawnPriority, Priority};

impl CallState {
    /// Gives the call a priority of its own, in the place of the one around it. `None` leaves that.
    pub(in crate::call) fn prioritise(&mut self, priority: Option<Priority>) {
        if let Some(priority) = priority {
            self.cold().priority = Some(DrawnPriority::drawn(priority, context::drawn_priority()));
        }
    }

    /// Keeps the priority around the call, unless the call has one of its own. To be called where the call begins: a further attempt
    /// may be made inside of something else.
    pub(in crate::call) fn keep_priority(&mut self) {
        if let Some(around) = context::drawn_priority() {
            self.cold().priority.get_or_insert(around);
        }
    }

    /// The priority that the call keeps for what is guarded in its attempts.
    pub(in crate::call) fn priority(&self) -> Option<DrawnPriority> {
        self.cold.as_ref().and_then(|cold| cold.priority)
    }

    /// The share of the slots that the call may use, the same for its retries and hedges.
    pub(in crate::call) fn share(&self) -> Share {
        Share::of_drawn(self.priority())
    }
}
