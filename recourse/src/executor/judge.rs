//! What the user's types say of an outcome. Zero-sized where the functions are, so that it costs a call nothing and inlines.

use crate::error::{FromRejection, Rejected};
use crate::outcome::{Class, Outcome};
use std::marker::PhantomData;

/// Looks into an outcome, and makes one of a rejection.
pub trait Judge<R>: Copy {
    /// The verdict.
    fn class(&self, outcome: &R) -> Class;
    /// A rejection, as the operation's own error.
    fn reject(&self, rejected: Rejected) -> R;
    /// The error's text, where it has one.
    fn text(&self, outcome: &R) -> Option<String>;
}

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
pub struct By<F>(pub(super) F);

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
pub struct RetryIf<F>(pub(super) F);

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

impl<R, Err, Ok, Rej, Text> Judge<R> for Rules<Err, Ok, Rej, Text>
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

/// Rules, and how to look into an outcome: as functions, not as a bound on it.
struct Known<T, E, Look, Fail, Rules> {
    look: Look,
    fail: Fail,
    rules: Rules,
    of: PhantomData<fn() -> (T, E)>,
}

impl<T, E, Look: Copy, Fail: Copy, Rules: Copy> Clone for Known<T, E, Look, Fail, Rules> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, E, Look: Copy, Fail: Copy, Rules: Copy> Copy for Known<T, E, Look, Fail, Rules> {}

impl<R, T, E, Look, Fail, Err, Ok, Rej, Text> Judge<R> for Known<T, E, Look, Fail, Rules<Err, Ok, Rej, Text>>
where
    Look: Fn(&R) -> Result<&T, &E> + Copy,
    Fail: Fn(E) -> R + Copy,
    Err: Verdict<E>,
    Ok: Verdict<T>,
    Rej: Reject<E>,
    Text: Describe<E>,
{
    #[inline]
    fn class(&self, outcome: &R) -> Class {
        match (self.look)(outcome) {
            Ok(value) => self.rules.ok.verdict(value),
            Err(error) => self.rules.err.verdict(error),
        }
    }

    fn reject(&self, rejected: Rejected) -> R {
        (self.fail)(self.rules.reject.reject(rejected))
    }

    fn text(&self, outcome: &R) -> Option<String> {
        (self.look)(outcome).err().and_then(|error| self.rules.text.describe(error))
    }
}

/// What an expansion knows of its return type `R`, with no bound on `R`: it would be carried to every use of the judge, and
/// rustc would report a return type that does not fit at each of them. Only the bodies of `look` and `fail` ask something
/// of it. All of them are closures without captures, so that the judge is zero-sized.
#[inline]
pub fn judge<R, T, E, Look, Fail, Err, Ok, Rej, Text>(
    look: Look,
    fail: Fail,
    err: Err,
    ok: Ok,
    reject: Rej,
    text: Text,
) -> impl Judge<R>
where
    Look: Fn(&R) -> Result<&T, &E> + Copy,
    Fail: Fn(E) -> R + Copy,
    Err: Fn(&E) -> Class + Copy,
    Ok: Fn(&T) -> Class + Copy,
    Rej: Fn(Rejected) -> E + Copy,
    Text: Fn(&E) -> Option<String> + Copy,
{
    Known { look, fail, rules: Rules { err: By(err), ok: By(ok), reject: By(reject), text: By(text) }, of: PhantomData }
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

/// How a rejection becomes an error where there is no `on_reject`.
#[inline]
pub fn from_rejection<E: FromRejection>(rejected: Rejected) -> E {
    E::from_rejection(rejected)
}

/// A rejection, as what the function returns.
#[cold]
pub fn rejected<R, J: Judge<R>>(judge: J, rejected: Rejected) -> R {
    judge.reject(rejected)
}
