//! Tells the engine what the response of the service below a layer means.

use crate::algebra::Failure;
use crate::call::{AcceptAll, ClassOf, Classifier, NoText, RetryAll, TextOf};
use crate::error::Rejected;
use crate::outcome::Class;

/// The classifier of a layer: what the engine is to make of a response or a failure of the service below.
///
/// It has one function for each question, and a default for each function. `Err` classifies the service's own errors, all
/// of which are retryable by default ([`classify`](crate::algebra::PolicyLayer::classify),
/// [`retry_if`](crate::algebra::PolicyLayer::retry_if)); `Ok` classifies responses, all of which are successes by default
/// ([`classify_ok`](crate::algebra::PolicyLayer::classify_ok)); `Text` gives the text of an error, which has none by
/// default ([`describe`](crate::algebra::PolicyLayer::describe)). What a rejection or a list of failures means follows
/// from these, as told at [`ResilientLayer`](super::ResilientLayer).
///
/// You meet the type as the last parameter of a layer and of its service. Without a parameter it is the classifier with
/// all defaults:
///
/// ```
/// use recourse::algebra::{ByClone, PolicyLayer};
/// use recourse::RetryPolicy;
/// use recourse::layers::{LayerClassifier, ResilientLayer, retry};
///
/// let by_default: PolicyLayer<ResilientLayer<ByClone, LayerClassifier>> = retry(RetryPolicy::attempts(3));
/// # let _ = by_default;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LayerClassifier<Err = RetryAll, Ok = AcceptAll, Text = NoText> {
    pub(super) err: Err,
    pub(super) ok: Ok,
    pub(super) text: Text,
}

impl LayerClassifier {
    pub(super) const DEFAULT: Self = Self { err: RetryAll, ok: AcceptAll, text: NoText };
}

impl<T, E, Err, Ok, Text> Classifier<Result<T, Failure<E>>> for LayerClassifier<Err, Ok, Text>
where
    Err: ClassOf<E>,
    Ok: ClassOf<T>,
    Text: TextOf<E>,
{
    #[inline]
    fn classify(&self, outcome: &Result<T, Failure<E>>) -> Class {
        match outcome {
            Ok(value) => self.ok.class_of(value),
            Err(failure) => failure.class_by(|error| self.err.class_of(error)),
        }
    }

    fn reject(&self, rejected: Rejected) -> Result<T, Failure<E>> {
        Err(Failure::Rejected(rejected))
    }

    fn text(&self, outcome: &Result<T, Failure<E>>) -> Option<String> {
        outcome.as_ref().err()?.text_by(|error| self.text.text_of(error))
    }
}
