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

/// Returns the first error of the type `E` among the sources of an error.
#[cfg(any(feature = "reqwest-0_13", feature = "tonic-0_14"))]
pub(super) fn source_of_type<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    /// An error that is its own source has a chain without end.
    const LONGEST_CHAIN: usize = 1_000;
    let sources = std::iter::successors(error.source(), |&error| error.source());
    sources.take(LONGEST_CHAIN).find_map(<dyn Error>::downcast_ref)
}
