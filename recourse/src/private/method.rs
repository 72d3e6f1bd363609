//! Warns of a guarded method that a trait provides and that names no key.
//!
//! Such a method is one function for all types that use it, so they share its state. In its body nothing says that `Self` has a size,
//! unless the trait demands it; everywhere else the compiler knows. The number of references in front of the receiver lets the compiler
//! prefer the method that is silent, as in [`probe`](super::Probe).

use std::marker::PhantomData;

/// The type that a method belongs to.
#[derive(Debug)]
pub struct MethodOf<T: ?Sized>(PhantomData<fn() -> Box<T>>);

impl<T: ?Sized> MethodOf<T> {
    /// Asks about a type.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: ?Sized> Default for MethodOf<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// First: the type is known, or has a size.
pub trait OfOneType {
    #[doc(hidden)]
    #[inline]
    fn recourse_method(&self) {}
}

impl<T> OfOneType for &MethodOf<T> {}
impl<T> OfOneType for &MethodOf<[T]> {}
impl OfOneType for &MethodOf<str> {}

/// Second: the type may be any that implements the trait.
pub trait OfAnyType {
    #[doc(hidden)]
    #[deprecated(
        note = "a method that a trait provides is one function for all types that use it, so they share its circuit breaker, its budgets and its latencies; name what they share, as in `key = \"users.get\"`, or let each type implement the method"
    )]
    #[inline]
    fn recourse_method(&self) {}
}

impl<T: ?Sized> OfAnyType for MethodOf<T> {}
