//! Everything that expanded code may name, and nothing else. This is no part of the public API: it changes without notice, together with
//! the macros.

mod answer;
mod derive;
mod method;
mod policy;
mod probe;

pub use crate::__race_names as race_names;
pub use crate::call::{
    Call, Classifier, EnteredAttempt, HedgedCall, NextStep, accept, answer_by, classifier, done, error_by, given_back,
    never_rejected, rejected, retry_if,
};
pub use crate::classify::Classify;
pub use crate::context::{IntoDeadline, IntoPriority, Priority};
pub use crate::error::FromRejection;
pub use crate::outcome::{Class, Outcome};
pub use crate::race::exp as race_exp;
pub use crate::race::expanded::{
    Each as RaceEach, Entries as RaceEntries, OtherThanGaps as RaceOtherThanGaps, SameType as RaceSameType,
    Shape as RaceShape, Unnamed, after as race_after, and as race_and, branch as race_branch, enabled as race_if,
    first as race_first, heap as race_heap, map as race_map, no_branch as race_end, no_slot as race_no_slot,
    race as race_of, race_first_completion, race_over, race_over_first_completion, slot as race_slot,
    written_gaps as race_written_gaps,
};
pub use crate::site::{CallSite, SiteName};
pub use answer::{Answer, ByFuture, ByResult, answered, fallback_by};
pub use derive::{After, Inherit, retryable_after};
pub use method::{MethodOf, OfAnyType, OfOneType};
pub use policy::OtherThanPolicy;
pub use probe::{ByClassify, ByDebug, ByDefault, ByDisplay, ByHeldRejection, ByRejection, Probe, Untold};
use recourse_policy::Key;
use std::fmt::Display;

pub use recourse_policy::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, Factor, HedgePolicy, Jitter, Policy, RatePolicy,
    RetryPolicy,
};

/// An argument that each attempt gets a clone of.
#[diagnostic::on_unimplemented(
    message = "argument of type `{Self}` must be `Clone`: a retry or a hedge starts the body again",
    label = "every attempt needs its own, but it is not `Clone`",
    note = "lend it (`#[by_ref]` on the argument), borrow it (`&{Self}`; of a receiver, `&self`), wrap it in an `Arc`, or let the body run once only: without `retry`, `hedge` and `policy`"
)]
pub trait ClonedForEachAttempt: Sized {
    #[doc(hidden)]
    fn clone_arg(&self) -> Self;
}

impl<T: Clone> ClonedForEachAttempt for T {
    #[inline]
    fn clone_arg(&self) -> Self {
        self.clone()
    }
}

/// Names an argument, so that the block of an attempt captures the whole of it.
#[inline(always)]
pub const fn captured<T: ?Sized>(_argument: &T) {}

/// An argument that completes a key.
#[diagnostic::on_unimplemented(
    message = "an argument in a key must be `Display`, and `{Self}` is not",
    label = "braces in a key hold what can be displayed",
    note = "name a field of it that is `Display`, as in `{{order.id}}` or `{{pair.0}}`, or write `impl Display for {Self}`"
)]
pub trait KeyValue {
    #[doc(hidden)]
    fn in_key(&self) -> String;
}

impl<T: Display + ?Sized> KeyValue for T {
    fn in_key(&self) -> String {
        self.to_string()
    }
}

/// Makes the key of one call: texts, with an escaped argument between each two.
pub fn key(texts: &[&str], values: &[String]) -> Key {
    Key::of_template(texts, values)
}
