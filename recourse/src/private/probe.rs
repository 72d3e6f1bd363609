//! Finds out what an error type can do, for functions whose attribute names no classifier.
//!
//! Each question is a trait method. The compiler picks the implementation by the number of references in front of the receiver: the most
//! specific that fits ("Autoref-based specialization", D. Tolnay, 2019). That works if the type is known, so not in generic code. The methods
//! have names that no blanket trait of a user has.
//!
//! # Design notes
//!
//! An error that has a rejection of this library in its chain is not retried, because the retries of nested guarded calls would multiply.
//! The exception is a rejection that says when to come back.

use crate::classify::Classify;
use crate::error::rejection;
use crate::outcome::Class;
use std::error::Error;
use std::fmt::{Debug, Display};

/// An error, to be asked.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a, E>(pub &'a E);

/// First: the error classifies itself.
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

/// Second: the error is a chain of errors, which may hold the rejection of a nested call.
pub trait ByRejection {
    #[doc(hidden)]
    fn recourse_class(&self) -> Class;
}

impl<E: Error + 'static> ByRejection for &&Probe<'_, E> {
    fn recourse_class(&self) -> Class {
        rejection(self.0).map_or(Class::RETRYABLE, Classify::classify)
    }
}

/// Third: the error holds a chain of errors, as `anyhow::Error`, `eyre::Report` and a boxed error do.
pub trait ByHeldRejection {
    #[doc(hidden)]
    fn recourse_class(&self) -> Class;
}

impl<E: AsRef<dyn Error + Send + Sync + 'static>> ByHeldRejection for &Probe<'_, E> {
    fn recourse_class(&self) -> Class {
        rejection(self.0.as_ref()).map_or(Class::RETRYABLE, Classify::classify)
    }
}

/// Fourth: nothing is known of the error.
pub trait ByDefault {
    #[doc(hidden)]
    fn recourse_class(&self) -> Class;
}

impl<E> ByDefault for Probe<'_, E> {
    fn recourse_class(&self) -> Class {
        Class::RETRYABLE
    }
}

/// First: the error can be displayed.
pub trait ByDisplay {
    #[doc(hidden)]
    fn recourse_text(&self) -> Option<String>;
}

impl<E: Display> ByDisplay for &&Probe<'_, E> {
    fn recourse_text(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// Second: the error can be shown to programmers.
pub trait ByDebug {
    #[doc(hidden)]
    fn recourse_text(&self) -> Option<String>;
}

impl<E: Debug> ByDebug for &Probe<'_, E> {
    fn recourse_text(&self) -> Option<String> {
        Some(format!("{:?}", self.0))
    }
}

/// Third: the error cannot be displayed.
pub trait Untold {
    #[doc(hidden)]
    fn recourse_text(&self) -> Option<String>;
}

impl<E> Untold for Probe<'_, E> {
    fn recourse_text(&self) -> Option<String> {
        None
    }
}
