//! Asking an error type what it can, where the attribute names no function. The questions are trait methods, and the
//! answer is found by the number of references in front of the receiver: the first that fits, from the most to the least
//! specific. ("Autoref-based specialization", D. Tolnay, 2019.) It works where the type is known, so not in generic code. The
//! methods have names that no blanket trait of a user has.

use crate::classify::Classify;
use crate::error::rejection;
use crate::outcome::Class;
use std::error::Error;
use std::fmt::Display;

/// An error that is asked.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a, E>(pub &'a E);

/// First: it says for itself.
pub trait ByClassify {
    #[doc(hidden)]
    fn recourse_class(&self) -> Class;
}

impl<E: Classify> ByClassify for &&&Probe<'_, E> {
    #[inline]
    fn recourse_class(&self) -> Class {
        self.0.classify()
    }
}

/// Second: it is a chain of errors, with a rejection of a nested call in it or not.
pub trait ByRejection {
    #[doc(hidden)]
    fn recourse_class(&self) -> Class;
}

impl<E: Error + 'static> ByRejection for &&Probe<'_, E> {
    fn recourse_class(&self) -> Class {
        rejection(self.0).map_or(Class::RETRYABLE, Classify::classify)
    }
}

/// Third: it holds a chain of errors, as `anyhow::Error`, `eyre::Report` and a boxed error do.
pub trait ByHeldRejection {
    #[doc(hidden)]
    fn recourse_class(&self) -> Class;
}

impl<E: AsRef<dyn Error + Send + Sync + 'static>> ByHeldRejection for &Probe<'_, E> {
    fn recourse_class(&self) -> Class {
        rejection(self.0.as_ref()).map_or(Class::RETRYABLE, Classify::classify)
    }
}

/// Fourth: nothing is known of it.
pub trait ByDefault {
    #[doc(hidden)]
    fn recourse_class(&self) -> Class;
}

impl<E> ByDefault for Probe<'_, E> {
    fn recourse_class(&self) -> Class {
        Class::RETRYABLE
    }
}

/// First: it can be displayed.
pub trait ByDisplay {
    #[doc(hidden)]
    fn recourse_text(&self) -> Option<String>;
}

impl<E: Display> ByDisplay for &Probe<'_, E> {
    fn recourse_text(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// Second: it cannot.
pub trait Untold {
    #[doc(hidden)]
    fn recourse_text(&self) -> Option<String>;
}

impl<E> Untold for Probe<'_, E> {
    fn recourse_text(&self) -> Option<String> {
        None
    }
}
