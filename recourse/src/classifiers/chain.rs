//! Looks into the chain of sources of an error.

use crate::classify::Classify;
use crate::error::rejection;
use crate::outcome::Class;
use std::error::Error;

/// Returns the class of the rejection in an error's chain, if there is one, and else what `class` says of the error.
///
/// The retries of the call below that was rejected would multiply with those of the call around it.
pub(super) fn unless_rejected<E: Error + 'static>(error: &E, class: impl FnOnce(&E) -> Class) -> Class {
    rejection(error).map_or_else(|| class(error), Classify::classify)
}

/// Returns the sources of an error, up to a limit: an error can be its own source.
///
/// An `io::Error` that holds another error has the source of that error as its own, and so hides the error itself: it is looked into.
#[cfg(any(feature = "reqwest-0_13", feature = "tonic-0_14"))]
pub(super) fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    const LONGEST_CHAIN: usize = 1_000;
    let below = |error: &'a (dyn Error + 'static)| -> Option<&'a (dyn Error + 'static)> {
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(held) => Some(held),
            None => error.source(),
        }
    };
    std::iter::successors(below(error), move |&error| below(error)).take(LONGEST_CHAIN)
}

/// Returns the first error of the type `E` among the sources of an error.
#[cfg(any(feature = "reqwest-0_13", feature = "tonic-0_14"))]
pub(super) fn source_of_type<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    sources(error).find_map(<dyn Error>::downcast_ref)
}
