//! The names that the expansion invents.

use crate::paths::here;
use proc_macro2::{Ident, Span};

/// Every name the expansion invents, each made in one place only: a name of another origin would be another name.
///
/// Nobody else can see the locals, but a static or a constant of the user's would stand where a pattern binds a local; and
/// items are seen by the body. So all have names that nobody has in use. One more stands in `rename.rs`, in the body's own words.
pub(super) struct Names {
    pub(super) site: Ident,
    pub(super) classifier: Ident,
    pub(super) call: Ident,
    pub(super) step: Ident,
    pub(super) again: Ident,
    pub(super) result: Ident,
    pub(super) attempt: Ident,
    pub(super) edge: Ident,
    pub(super) saved: Ident,
    pub(super) outcome: Ident,
    pub(super) error: Ident,
    pub(super) value: Ident,
    pub(super) rejection: Ident,
    pub(super) key: Ident,
}

impl Names {
    pub(super) fn new() -> Self {
        let name = |name| Ident::new(name, here());
        Self {
            site: name("__RECOURSE_SITE"),
            classifier: name("__recourse_classifier"),
            call: name("__recourse_call"),
            step: name("__recourse_step"),
            again: name("__recourse_again"),
            result: name("__recourse_result"),
            attempt: name("__recourse_attempt"),
            edge: name("__recourse_edge"),
            saved: name("__recourse_saved"),
            outcome: name("__recourse_outcome"),
            error: name("__recourse_error"),
            value: name("__recourse_value"),
            rejection: name("__recourse_rejection"),
            key: name("__recourse_key"),
        }
    }
}

/// The same name, shown at another place.
pub(super) fn moved(name: &Ident, at: Span) -> Ident {
    let mut moved = name.clone();
    moved.set_span(name.span().located_at(at));
    moved
}
