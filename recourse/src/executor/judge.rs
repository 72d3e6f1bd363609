//! What the user's types say of an outcome. Zero-sized where the functions are, so that it costs a call nothing and inlines.

use crate::error::{FromRejection, Rejected};
use crate::outcome::{Class, Outcome};
use std::marker::PhantomData;

/// Looks into an outcome, and makes one of a rejection: a judge, as code sees it that does not know its type.
pub trait Answers<R> {
    /// The verdict.
    fn class(&self, outcome: &R) -> Class;
    /// A rejection, as the operation's own error.
    fn reject(&self, rejected: Rejected) -> R;
    /// The error's text, where it has one.
    fn text(&self, outcome: &R) -> Option<String>;
}

/// Whoever answers, as often as is asked.
pub trait Judge<R>: Answers<R> + Copy {}

impl<R, T: Answers<R> + Copy> Judge<R> for T {}

/// The four questions, each answered by a function ([`By`]) or by one of the defaults below it.
#[derive(Clone, Copy, Debug)]
pub struct Rules<Err, Ok, Reject, Text> {
    pub(super) err: Err,
    pub(super) ok: Ok,
    pub(super) reject: Reject,
    pub(super) text: Text,
}

/// What a closure gets until it says otherwise.
pub(super) type Plain = Rules<RetryAll, Accept, Convert, Untold>;

impl Plain {
    pub(super) const PLAIN: Self = Self { err: RetryAll, ok: Accept, reject: Convert, text: Untold };
}

/// Answers by a function.
#[derive(Clone, Copy, Debug)]
pub struct By<F>(pub(crate) F);

/// Every error is retryable.
#[derive(Clone, Copy, Debug)]
pub struct RetryAll;

/// Every value is a success.
#[derive(Clone, Copy, Debug)]
pub struct Accept;

/// A rejection is converted by [`FromRejection`].
#[derive(Clone, Copy, Debug)]
pub struct Convert;

/// Errors have no text.
#[derive(Clone, Copy, Debug)]
pub struct Untold;

/// The verdict on an error, or on a value.
pub trait Verdict<T>: Copy {
    #[doc(hidden)]
    fn verdict(&self, of: &T) -> Class;
}

impl<E> Verdict<E> for RetryAll {
    fn verdict(&self, _: &E) -> Class {
        Class::RETRYABLE
    }
}

impl<T> Verdict<T> for Accept {
    fn verdict(&self, _: &T) -> Class {
        Class::Success
    }
}

impl<T, F: Fn(&T) -> Class + Copy> Verdict<T> for By<F> {
    #[inline]
    fn verdict(&self, of: &T) -> Class {
        (self.0)(of)
    }
}

/// Retries where the function says so.
#[derive(Clone, Copy, Debug)]
pub struct RetryIf<F>(pub(crate) F);

impl<E, F: Fn(&E) -> bool + Copy> Verdict<E> for RetryIf<F> {
    fn verdict(&self, of: &E) -> Class {
        retry_if((self.0)(of))
    }
}

/// An error of a rejection.
pub trait Reject<E>: Copy {
    #[doc(hidden)]
    fn reject(&self, rejected: Rejected) -> E;
}

impl<E: FromRejection> Reject<E> for Convert {
    fn reject(&self, rejected: Rejected) -> E {
        E::from_rejection(rejected)
    }
}

impl<E, F: Fn(Rejected) -> E + Copy> Reject<E> for By<F> {
    fn reject(&self, rejected: Rejected) -> E {
        (self.0)(rejected)
    }
}

/// The text of an error.
pub trait Describe<E>: Copy {
    #[doc(hidden)]
    fn describe(&self, error: &E) -> Option<String>;
}

impl<E> Describe<E> for Untold {
    fn describe(&self, _: &E) -> Option<String> {
        None
    }
}

impl<E, F: Fn(&E) -> Option<String> + Copy> Describe<E> for By<F> {
    fn describe(&self, error: &E) -> Option<String> {
        (self.0)(error)
    }
}

impl<R, Err, Ok, Rej, Text> Answers<R> for Rules<Err, Ok, Rej, Text>
where
    R: Outcome,
    Err: Verdict<R::Err>,
    Ok: Verdict<R::Ok>,
    Rej: Reject<R::Err>,
    Text: Describe<R::Err>,
{
    #[inline]
    fn class(&self, outcome: &R) -> Class {
        match outcome.as_result() {
            Ok(value) => self.ok.verdict(value),
            Err(error) => self.err.verdict(error),
        }
    }

    fn reject(&self, rejected: Rejected) -> R {
        R::from_err(self.reject.reject(rejected))
    }

    fn text(&self, outcome: &R) -> Option<String> {
        outcome.as_result().err().and_then(|error| self.text.describe(error))
    }
}

/// The answers of an expansion, as functions of the whole outcome.
struct Known<R, E, Verdict, Fail, Reject, Text> {
    class: Verdict,
    fail: Fail,
    reject: Reject,
    text: Text,
    of: PhantomData<fn() -> (R, E)>,
}

impl<R, E, Verdict: Copy, Fail: Copy, Reject: Copy, Text: Copy> Clone for Known<R, E, Verdict, Fail, Reject, Text> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, E, Verdict: Copy, Fail: Copy, Reject: Copy, Text: Copy> Copy for Known<R, E, Verdict, Fail, Reject, Text> {}

impl<R, E, Verdict, Fail, Reject, Text> Answers<R> for Known<R, E, Verdict, Fail, Reject, Text>
where
    Verdict: Fn(&R) -> Class + Copy,
    Fail: Fn(E) -> R + Copy,
    Reject: Fn(Rejected) -> E + Copy,
    Text: Fn(&R) -> Option<String> + Copy,
{
    #[inline]
    fn class(&self, outcome: &R) -> Class {
        (self.class)(outcome)
    }

    #[cold]
    fn reject(&self, rejected: Rejected) -> R {
        (self.fail)((self.reject)(rejected))
    }

    #[cold]
    fn text(&self, outcome: &R) -> Option<String> {
        (self.text)(outcome)
    }
}

/// What an expansion knows of its return type `R`, with no bound on `R`: it would be carried to every use of the judge, and
/// rustc would report a return type that does not fit at each of them. Only the bodies of the closures ask something of it. They
/// capture nothing, so that the judge is zero-sized. `fail` stands before `reject`, which is held against the type of its error.
#[inline]
pub fn judge<R, E, Verdict, Fail, Reject, Text>(class: Verdict, fail: Fail, reject: Reject, text: Text) -> impl Judge<R>
where
    Verdict: Fn(&R) -> Class + Copy,
    Fail: Fn(E) -> R + Copy,
    Reject: Fn(Rejected) -> E + Copy,
    Text: Fn(&R) -> Option<String> + Copy,
{
    Known { class, fail, reject, text, of: PhantomData }
}

/// The verdict on a value where there is no `classify_ok`.
#[inline]
pub fn accept<T>(_value: &T) -> Class {
    Class::Success
}

/// The verdict that `retry_if` stands for.
#[inline]
pub fn retry_if(retry: bool) -> Class {
    if retry { Class::RETRYABLE } else { Class::NonRetryable }
}

/// A rejection, as what the function returns.
#[cold]
pub fn rejected<R, J: Judge<R>>(judge: J, rejected: Rejected) -> R {
    judge.reject(rejected)
}
