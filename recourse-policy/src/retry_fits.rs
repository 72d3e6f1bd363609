//! What of a retry section has to fit in a timeout, and the messages about what does not.

use crate::shortest::not_below;
use crate::{DurationText, RetryPolicy};
use std::time::Duration;

/// A timeout with its names, for a message.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) key: &'static str,
    pub(crate) words: &'static str,
    pub(crate) time: Duration,
}

impl RetryPolicy {
    /// Returns true if not even the least of the delays fits before the last attempt.
    pub(crate) const fn cannot_fit(&self, timeout: Duration) -> bool {
        self.repeats() && not_below(self.least_delays(), timeout)
    }

    /// Returns true if a pushback as long as it may be could not fit.
    pub(crate) const fn pushback_cannot_fit(&self, timeout: Duration) -> bool {
        match self.max_pushback {
            Some(pushback) => self.repeats() && not_below(pushback, timeout),
            None => false,
        }
    }

    /// Returns true if no attempt can run for as long as `fresh after` asks.
    pub(crate) const fn cannot_be_fresh(&self, limit: Duration) -> bool {
        match self.fresh_after {
            Some(fresh) => self.repeats() && not_below(fresh, limit),
            None => false,
        }
    }

    pub(crate) fn delays_beyond(&self, timeout: Duration) -> Option<String> {
        let (least, limit) = (DurationText(self.least_delays()), DurationText(timeout));
        self.cannot_fit(timeout).then(|| match self.max_attempts {
            Some(_) => format!(
                "retry: the delays of `{self}` add up to at least {least}, which does not fit in the timeout of {limit}: the last \
                 attempt could never start; write fewer attempts, shorter delays or a longer timeout"
            ),
            None => format!(
                "retry: the first delay of `{self}` is at least {least}, which does not fit in the timeout of {limit}: no second \
                 attempt could ever start; write shorter delays or a longer timeout"
            ),
        })
    }

    pub(crate) fn pushback_beyond(&self, timeout: Duration) -> Option<String> {
        let (pushback, limit) = (DurationText(self.max_pushback?), DurationText(timeout));
        self.pushback_cannot_fit(timeout).then(|| {
            format!(
                "retry: `pushback up to {pushback}` is not below the timeout of {limit}: a pushback that long could never fit; \
                 write a shorter one or a longer `timeout`, or leave it out"
            )
        })
    }

    pub(crate) fn fresh_beyond(&self, Limit { key, words, time }: Limit) -> Option<String> {
        let (fresh, limit) = (DurationText(self.fresh_after?), DurationText(time));
        self.cannot_be_fresh(time).then(|| {
            format!(
                "retry: `fresh after {fresh}` is not below the {words} of {limit}: no attempt could ever run that long; write a \
                 shorter one or a longer `{key}`, or leave it out"
            )
        })
    }
}
