//! Identifiers that the expansion invents.
//!
//! # Design notes
//!
//! Every name is made here and nowhere else. Two identifiers are the same name only if they were resolved in the same scope, so
//! one that was made elsewhere, with another kind of span, would not be found.
//!
//! The user's code cannot see the locals, but it could still interfere: in a pattern, the name of a local would mean a static or
//! a constant of the user's that has the same name. The static is an item, which the user's body can see. So all names have a
//! prefix that nobody uses. One more name, that of a reborrowed `self`, is in `rename`: it has to be visible to the user's body.

use crate::spans::internal_span;
use proc_macro2::Ident;

/// One identifier for each static or local of the expansion.
pub(super) struct Names {
    /// The static of the function.
    pub(super) site: Ident,
    pub(super) classifier: Ident,
    pub(super) call: Ident,
    /// What the loop has to do next.
    pub(super) step: Ident,
    /// The call, returned for another attempt.
    pub(super) again: Ident,
    pub(super) result: Ident,
    /// The future of one attempt, when it takes a statement to make it.
    pub(super) attempt: Ident,
    /// What the thread knows while an attempt is made.
    pub(super) entered: Ident,
    /// What a fallback returned, before it is awaited.
    pub(super) answer: Ident,
    /// What is told of a fallback that runs.
    pub(super) told: Ident,
    /// See `attempt`.
    pub(super) return_hint: Ident,
    /// `self` by value, moved aside.
    pub(super) saved_self: Ident,
    pub(super) outcome: Ident,
    pub(super) error: Ident,
    pub(super) value: Ident,
    pub(super) rejection: Ident,
    /// A key that has arguments, completed.
    pub(super) key: Ident,
}

impl Names {
    pub(super) fn new() -> Self {
        let name = |name| Ident::new(name, internal_span());
        Self {
            site: name("__RECOURSE_SITE"),
            classifier: name("__recourse_classifier"),
            call: name("__recourse_call"),
            step: name("__recourse_step"),
            again: name("__recourse_again"),
            result: name("__recourse_result"),
            attempt: name("__recourse_attempt"),
            entered: name("__recourse_entered"),
            answer: name("__recourse_answer"),
            told: name("__recourse_told"),
            return_hint: name("__recourse_return_hint"),
            saved_self: name("__recourse_saved_self"),
            outcome: name("__recourse_outcome"),
            error: name("__recourse_error"),
            value: name("__recourse_value"),
            rejection: name("__recourse_rejection"),
            key: name("__recourse_key"),
        }
    }
}
