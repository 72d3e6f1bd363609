//! What state belongs to: a key, and for a function that names no key the function, too.

use recourse_policy::Key;
use std::hash::{Hash, Hasher};
use std::panic::Location;

/// The name under which an executor keeps state.
///
/// # Design notes
///
/// The key of a function that names none is its path. Functions in `const _: () = {}` blocks and in closures, and implementations of a
/// trait for a type, its reference and its slice, may have one path. Nobody has said that they call one dependency, so each of them
/// has a state of its own. The key stays the path, without a number or a line: dashboards and policies go by the key.
#[derive(Clone, Debug)]
pub(crate) struct StateKey {
    pub(crate) key: Key,
    /// The function, if the key is its path. State of other keys is shared by all that name the key.
    pub(crate) owner: Option<Owner>,
}

/// A function whose key is its path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    /// The address of the function's static.
    id: usize,
    /// The place of the attribute.
    pub(crate) location: &'static Location<'static>,
}

impl StateKey {
    pub(crate) const fn shared(key: Key) -> Self {
        Self { key, owner: None }
    }
}

impl Owner {
    /// The function that owns this static. Functions that a macro writes have one location, and each has a static.
    pub(crate) fn of<T>(site: &'static T, location: &'static Location<'static>) -> Self {
        Self { id: std::ptr::from_ref(site).addr(), location }
    }
}

impl PartialEq for Owner {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl PartialEq for StateKey {
    fn eq(&self, other: &Self) -> bool {
        self.owner == other.owner && self.key == other.key
    }
}

impl Eq for StateKey {}

impl Hash for StateKey {
    /// Hashes the key alone: few functions have one path, and most keys have no owner.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}
