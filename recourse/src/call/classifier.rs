//! What the user's types say of an outcome: its class, its error text, and how a rejection becomes one.
//!
//! Classifiers are zero-sized if the functions in them are, so they cost a call nothing and are inlined on the fast path. Off that path the
//! engine sees a `&dyn Classifier<R>`, so functions with the same return type share its code.

use crate::error::{FromRejection, Rejected};
use crate::outcome::{Class, Outcome};
use std::marker::PhantomData;

/// Reads outcomes of the type `R`, and makes one of a rejection.
pub trait Classifier<R> {
    /// Classifies an outcome.
    fn classify(&self, outcome: &R) -> Class;
    /// Makes an outcome of a rejection: the operation's own error.
    fn reject(&self, rejected: Rejected) -> R;
    /// Returns the text of an outcome's error, if it has one.
    fn text(&self, outcome: &R) -> Option<String>;
}

/// A classifier put together from four parts, each a function of the user's ([`ByFunction`]) or one of the defaults below.
#[derive(Clone, Copy, Debug)]
pub struct ComposedClassifier<Err, Ok, Reject, Text> {
    err: Err,
    ok: Ok,
    reject: Reject,
    text: Text,
}

/// The classifier of a closure that says nothing else: every error is retryable, every value a success.
pub(crate) type DefaultClassifier = ComposedClassifier<RetryAll, AcceptAll, ConvertRejection, NoText>;

impl DefaultClassifier {
    pub(crate) const DEFAULT: Self = Self { err: RetryAll, ok: AcceptAll, reject: ConvertRejection, text: NoText };
}

impl<Err, Ok, Reject, Text> ComposedClassifier<Err, Ok, Reject, Text> {
    pub(crate) fn with_err<New>(self, err: New) -> ComposedClassifier<New, Ok, Reject, Text> {
        let Self { ok, reject, text, .. } = self;
        ComposedClassifier { err, ok, reject, text }
    }

    pub(crate) fn with_ok<New>(self, ok: New) -> ComposedClassifier<Err, New, Reject, Text> {
        let Self { err, reject, text, .. } = self;
        ComposedClassifier { err, ok, reject, text }
    }

    pub(crate) fn with_reject<New>(self, reject: New) -> ComposedClassifier<Err, Ok, New, Text> {
        let Self { err, ok, text, .. } = self;
        ComposedClassifier { err, ok, reject, text }
    }

    pub(crate) fn with_text<New>(self, text: New) -> ComposedClassifier<Err, Ok, Reject, New> {
        let Self { err, ok, reject, .. } = self;
        ComposedClassifier { err, ok, reject, text }
    }
}

/// Answers by a function of the user's.
#[derive(Clone, Copy, Debug)]
pub struct ByFunction<F>(pub(crate) F);

/// Every error is retryable.
#[derive(Clone, Copy, Debug)]
pub struct RetryAll;

/// Every value is a success.
#[derive(Clone, Copy, Debug)]
pub struct AcceptAll;

/// A rejection is converted by [`FromRejection`].
#[derive(Clone, Copy, Debug)]
pub struct ConvertRejection;

/// Errors have no text.
#[derive(Clone, Copy, Debug)]
pub struct NoText;

/// An error is retryable if the function says so.
#[derive(Clone, Copy, Debug)]
pub struct RetryIf<F>(pub(crate) F);

/// The part that classifies errors, or values.
pub trait ClassOf<T>: Copy {
    #[doc(hidden)]
    fn class_of(&self, value: &T) -> Class;
}

impl<E> ClassOf<E> for RetryAll {
    fn class_of(&self, _: &E) -> Class {
        Class::RETRYABLE
    }
}

impl<T> ClassOf<T> for AcceptAll {
    fn class_of(&self, _: &T) -> Class {
        Class::Success
    }
}

impl<T, F: Fn(&T) -> Class + Copy> ClassOf<T> for ByFunction<F> {
    #[inline]
    fn class_of(&self, value: &T) -> Class {
        (self.0)(value)
    }
}

impl<E, F: Fn(&E) -> bool + Copy> ClassOf<E> for RetryIf<F> {
    fn class_of(&self, error: &E) -> Class {
        retry_if((self.0)(error))
    }
}

/// The part that makes an error of a rejection.
pub trait ErrorOf<E>: Copy {
    #[doc(hidden)]
    fn error_of(&self, rejected: Rejected) -> E;
}

impl<E: FromRejection> ErrorOf<E> for ConvertRejection {
    fn error_of(&self, rejected: Rejected) -> E {
        E::from_rejection(rejected)
    }
}

impl<E, F: Fn(Rejected) -> E + Copy> ErrorOf<E> for ByFunction<F> {
    fn error_of(&self, rejected: Rejected) -> E {
        (self.0)(rejected)
    }
}

/// The part that gives the text of an error.
pub trait TextOf<E>: Copy {
    #[doc(hidden)]
    fn text_of(&self, error: &E) -> Option<String>;
}

impl<E> TextOf<E> for NoText {
    fn text_of(&self, _: &E) -> Option<String> {
        None
    }
}

impl<E, F: Fn(&E) -> Option<String> + Copy> TextOf<E> for ByFunction<F> {
    fn text_of(&self, error: &E) -> Option<String> {
        (self.0)(error)
    }
}

impl<R, Err, Ok, Reject, Text> Classifier<R> for ComposedClassifier<Err, Ok, Reject, Text>
where
    R: Outcome,
    Err: ClassOf<R::Err>,
    Ok: ClassOf<R::Ok>,
    Reject: ErrorOf<R::Err>,
    Text: TextOf<R::Err>,
{
    #[inline]
    fn classify(&self, outcome: &R) -> Class {
        match outcome.as_result() {
            Ok(value) => self.ok.class_of(value),
            Err(error) => self.err.class_of(error),
        }
    }

    fn reject(&self, rejected: Rejected) -> R {
        R::from_err(self.reject.error_of(rejected))
    }

    fn text(&self, outcome: &R) -> Option<String> {
        outcome.as_result().err().and_then(|error| self.text.text_of(error))
    }
}

/// The classifier of a guarded function: four closures that the attribute writes, each over the whole outcome.
struct ExpandedClassifier<R, E, ClassOf, Fail, ErrorOf, TextOf> {
    class_of: ClassOf,
    fail: Fail,
    error_of: ErrorOf,
    text_of: TextOf,
    types: PhantomData<fn() -> (R, E)>,
}

impl<R, E, C: Copy, Fail: Copy, Reject: Copy, T: Copy> Clone for ExpandedClassifier<R, E, C, Fail, Reject, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, E, C: Copy, Fail: Copy, Reject: Copy, T: Copy> Copy for ExpandedClassifier<R, E, C, Fail, Reject, T> {}

impl<R, E, C, Fail, Reject, T> Classifier<R> for ExpandedClassifier<R, E, C, Fail, Reject, T>
where
    C: Fn(&R) -> Class + Copy,
    Fail: Fn(E) -> R + Copy,
    Reject: Fn(Rejected) -> E + Copy,
    T: Fn(&R) -> Option<String> + Copy,
{
    #[inline]
    fn classify(&self, outcome: &R) -> Class {
        (self.class_of)(outcome)
    }

    #[cold]
    fn reject(&self, rejected: Rejected) -> R {
        (self.fail)((self.error_of)(rejected))
    }

    #[cold]
    fn text(&self, outcome: &R) -> Option<String> {
        (self.text_of)(outcome)
    }
}

/// Makes the classifier of a guarded function that returns `R`.
///
/// There is no bound on `R` here: it would be carried to every use of the classifier, and rustc would report a return type that does not
/// fit at each of them. Only the bodies of the closures ask something of `R`. They capture nothing, so the classifier is zero-sized.
/// `fail` stands before `error_of`, so that rustc compares the user's function with the type of its error.
#[inline]
pub fn classifier<R, E, C, Fail, Reject, T>(
    class_of: C,
    fail: Fail,
    error_of: Reject,
    text_of: T,
) -> impl Classifier<R> + Copy
where
    C: Fn(&R) -> Class + Copy,
    Fail: Fn(E) -> R + Copy,
    Reject: Fn(Rejected) -> E + Copy,
    T: Fn(&R) -> Option<String> + Copy,
{
    ExpandedClassifier { class_of, fail, error_of, text_of, types: PhantomData }
}

/// Classifies a value of a function that has no `classify_ok`.
#[inline]
pub fn accept<T>(_value: &T) -> Class {
    Class::Success
}

/// Turns the answer of a `retry_if` into a class.
#[inline]
pub fn retry_if(retry: bool) -> Class {
    if retry { Class::RETRYABLE } else { Class::NonRetryable }
}

/// Asks a closure of the user's: what it says of a value.
#[inline]
pub fn answer_by<T, R>(value: &T, answer: fn(&T) -> R) -> R {
    answer(value)
}

/// Asks a closure of the user's for the error of a rejection.
pub fn error_by<E>(rejected: Rejected, error: fn(Rejected) -> E) -> E {
    error(rejected)
}

/// The error of a call that says `on_reject = "never"`. Its site has no section that could reject it, so only a test that injects a
/// fault comes here.
///
/// # Panics
///
/// Always.
#[cold]
#[allow(clippy::needless_pass_by_value, clippy::panic, reason = "it takes the place of the user's `fn(Rejected) -> E`")]
pub fn never_rejected<E>(rejected: Rejected) -> E {
    panic!("{rejected}; `on_reject = \"never\"` leaves no error for that: let the body fail instead")
}

/// Makes the outcome of a call that is rejected at its gate.
#[cold]
pub fn rejected<R, C: Classifier<R> + Copy>(classifier: C, rejected: Rejected) -> R {
    classifier.reject(rejected)
}
