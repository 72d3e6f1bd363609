//! What a derived `Classify` asks of the fields.

use crate::classify::Classify;
use crate::outcome::Class;
use std::time::Duration;

/// A field whose class the whole error has. There for everything that has one; what it adds are the words of the refusal.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no class that could be inherited",
    label = "`inherit` asks this field",
    note = "write `impl recourse::Classify for {Self}`, or derive it, where the type is yours",
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

/// What may stand behind `after =`. Fields are seen as references, so these are taken, too.
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

/// `retryable(after = ..)`.
#[inline]
pub fn retryable_after(after: impl After) -> Class {
    Class::Retryable { after: after.recourse_after() }
}
