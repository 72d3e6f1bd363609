//! The entries of a [`RaceError`](super::RaceError), as a type: a tuple, or a struct whose fields are the names of the branches.
//!
//! ```text
//!  branches              (((), A), B)                one pair for each branch, as the list of branches makes them
//!     │ Shape::entries
//!     ▼
//!  entries               (A, B)    or    struct { v6: A, v4: B }
//!                          └── Entries: arrays of their length, and the tuple
//!                          └── Each, SameType: what the error can do when all its entries can
//! ```
//!
//! The struct is declared in the block that `race!` expands to. So these traits are implemented by macros, once for each
//! length of a tuple (in `tuples`) and once for each struct (in the caller's crate).

use super::times::Times;
use crate::time::Instant;

/// The entries of all branches, in declared order.
pub trait Entries: Sized {
    type Tuple;
    /// An array with one element for each branch. It is here because `[T; B::COUNT]` cannot be written on stable Rust.
    type Starts: AsMut<[Option<Instant>]> + AsRef<[Option<Instant>]>;
    type Times: AsMut<[Times]> + AsRef<[Times]>;
    const NO_STARTS: Self::Starts;
    const NO_TIMES: Self::Times;
    fn into_tuple(self) -> Self::Tuple;
}

/// Makes entries from the nested pairs that a list of branches returns.
///
/// Implemented by a type that stands for a shape: [`Unnamed`], or a unit struct next to the struct with the names.
pub trait Shape<Pairs> {
    type Entries: Entries;
    fn entries(pairs: Pairs) -> Self::Entries;
}

/// The shape of a race whose branches have no names: a tuple.
#[derive(Clone, Copy, Debug)]
pub struct Unnamed;

/// Entries all of which can be seen as a `View`, such as `dyn Display`.
///
/// `K` selects the impl for `dyn Error`: with `AllFailed` each entry is an error; with `NoneSucceeded` only the error inside
/// `BranchError::Failed` is, and other entries are skipped.
pub trait Each<View: ?Sized, K = ()> {
    fn each<'a>(&'a self, see: &mut dyn FnMut(&'static str, &'a View));
}

/// Entries of one type.
pub trait SameType {
    type Entry;
    fn each<'a>(&'a self, see: &mut dyn FnMut(&'static str, &'a Self::Entry));
}
