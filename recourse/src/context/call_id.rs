//! The identity of a call: the same for all its attempts and hedges.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;

/// The identity of a call, 128 bits: the same for all its attempts and hedges, and another one for each call. For an idempotency key, by which
/// a server recognises a request that it has seen.
///
/// The bits come from the operating system, when they are first asked for: a generator of the process would repeat itself after a `fork`, or
/// when a virtual machine is restored from a snapshot. Displays as 32 hexadecimal digits.
///
/// ```
/// use recourse::context::CallId;
///
/// let id = CallId::from(0xab);
/// assert_eq!(id.to_string(), "000000000000000000000000000000ab");
/// assert_eq!(u128::from(id), 0xab);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(u128);

impl CallId {
    /// Draws a new one.
    pub(super) fn draw() -> Self {
        let mut bytes = [0; 16];
        if getrandom::fill(&mut bytes).is_ok() {
            return Self(u128::from_ne_bytes(bytes));
        }
        // A sandbox that refuses the question. The standard library asks at most once for each thread.
        let half = |seed: u64| u128::from(RandomState::new().hash_one(seed));
        Self(half(0) << 64 | half(1))
    }
}

impl From<u128> for CallId {
    fn from(bits: u128) -> Self {
        Self(bits)
    }
}

impl From<CallId> for u128 {
    fn from(CallId(bits): CallId) -> Self {
        bits
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::CallId;
    use std::collections::HashSet;

    #[test]
    fn ids_are_different_and_use_all_their_bits() {
        let drawn: HashSet<u128> = (0..100).map(|_| CallId::draw().into()).collect();
        assert_eq!(drawn.len(), 100);
        let (any, all) = drawn.iter().fold((0, u128::MAX), |(any, all), bits| (any | bits, all & bits));
        assert_eq!((any, all), (u128::MAX, 0), "a bit that is always the same");
    }
}
