//! How an attempt has ended, with what the calls inside of it have marked; and what a refusal marks.

use crate::context::{self, Marks};
use crate::executor::{Refusal, ResolvedSite};
use crate::outcome::Class;
use crate::time::Instant;

/// An attempt, or what ended in its place: how it was classified, and what the calls inside of it have marked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) class: Class,
    pub(super) marks: Marks,
}

impl Ended {
    /// A fault has ended the attempt: no call has begun inside of it.
    #[cfg(feature = "test-util")]
    pub(super) const fn unmarked(class: Class) -> Self {
        Self { class, marks: Marks::NONE }
    }
}

/// The circuit has refused a call.
pub(super) fn tell_of_refusal(site: &ResolvedSite, refusal: Refusal) {
    if site.retry.repeats() && !comes_back(refusal) {
        context::mark(Marks::NESTED);
    }
}

/// True if a refusal says when to come back, and there is time for that.
fn comes_back(refusal: Refusal) -> bool {
    let Some(after) = refusal.retry_after else { return false };
    let left = context::limits().remaining(Instant::now);
    left.is_none_or(|left| after < left)
}
