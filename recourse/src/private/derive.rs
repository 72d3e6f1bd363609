//! The questions that a derived `Classify` asks of fields.

use crate::classify::Classify;
use crate::outcome::Class;
use std::time::Duration;

/// A field that gives its class to the whole error. Implemented for every type that has a class; the trait adds the words of the compile error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no class that could be inherited",
    label = "`inherit` asks this field",
    note = "write `impl recourse::Classify for {Self}`, or derive it, where the type is yours",
    note = "for an error of reqwest, tonic, sqlx, redis or http, turn on the feature of recourse for that crate: `recourse::classifiers` lists them",
    note = "else write another class: `retryable`, `retryable(after = ..)`, `non_retryable`, `ignore` or `success`"
)]
pub trait Inherit {
    #[doc(hidden)]
    fn recourse_inherited(&self) -> Class;
}

#[diagnostic::do_not_recommend]
impl<E: Classify + ?Sized> Inherit for E {
    #[inline]
    fn recourse_inherited(&self) -> Class {
        self.classify()
    }
}

/// A value that may stand behind `after =`. A derive sees fields as references, so references are accepted, too.
#[diagnostic::on_unimplemented(
    message = "`after` takes a `Duration` or an `Option<Duration>`, not `{Self}`",
    label = "this is a `{Self}`",
    note = "for a field that holds seconds, write `std::time::Duration::from_secs(*field)`; for a header, `recourse::classify::retry_after(header)`"
)]
pub trait After {
    #[doc(hidden)]
    fn recourse_after(self) -> Option<Duration>;
}

impl After for Duration {
    #[inline]
    fn recourse_after(self) -> Option<Duration> {
        Some(self)
    }
}

impl After for Option<Duration> {
    #[inline]
    fn recourse_after(self) -> Option<Duration> {
        self
    }
}

impl<T: After + Copy> After for &T {
    #[inline]
    fn recourse_after(self) -> Option<Duration> {
        (*self).recourse_after()
    }
}

/// Makes the class of `retryable(after = ..)`.
#[inline]
pub fn retryable_after(after: impl After) -> Class {
    Class::Retryable { after: after.recourse_after() }
}
