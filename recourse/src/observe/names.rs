//! The reason codes of calls and attempts, in one place. The codes are part of the API: timelines, observers and metrics use them.

use std::fmt;

/// Defines an enum of codes, with the list of all of them and the text of each.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[doc = $doc])+ $variant,)+ }

        impl $name {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the code, in `snake_case`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

codes! {
    /// Why a call stopped.
    ///
    /// ```
    /// assert_eq!(recourse::observe::EndReason::BudgetDenied.as_str(), "budget_denied");
    /// ```
    EndReason {
        /// An attempt succeeded.
        Success = "success",
        /// An attempt failed, and another would fail too.
        NonRetryable = "non_retryable",
        /// The outcome was classified as `Ignore`: it was returned as it is.
        Ignored = "ignored",
        /// The last attempt that the policy allows failed.
        AttemptsExhausted = "attempts_exhausted",
        /// A guarded call inside of the attempt has made attempts of its own and given up: more around it would multiply them.
        Nested = "nested",
        /// The retry budget of the key is empty.
        BudgetDenied = "budget_denied",
        /// The next delay does not fit before the deadline: the call ended at once, with the error it had.
        Deadline = "deadline",
        /// The dependency asked to wait longer than the policy allows: the call ended at once, with the error it had.
        PushbackTooLong = "pushback_too_long",
        /// The deadline came after the call had begun: in an attempt, in a delay, or while it waited for a slot or for the rate.
        Timeout = "timeout",
        /// The circuit breaker is open.
        CircuitOpen = "circuit_open",
        /// No slot of the key was free, and none came free in time.
        Full = "full",
        /// The rate of the key did not allow the next attempt.
        RateLimited = "rate_limited",
        /// There is no policy for the key, and such calls are denied.
        NoPolicy = "no_policy",
        /// The time of the call was over before it began.
        Expired = "expired",
        /// The caller dropped the call.
        Cancelled = "cancelled",
        /// The body, or a function of the user's, panicked.
        Panicked = "panicked",
    }
}

codes! {
    /// How one attempt ended.
    ///
    /// ```
    /// use recourse::observe::AttemptOutcome;
    ///
    /// let codes: Vec<_> = AttemptOutcome::ALL.iter().map(|outcome| outcome.as_str()).collect();
    /// assert!(codes.contains(&"attempt_timeout") && codes.contains(&"panicked"), "{codes:?}");
    /// ```
    AttemptOutcome {
        /// The attempt succeeded.
        Success = "success",
        /// The attempt failed, and another may help.
        Retryable = "retryable",
        /// The attempt failed, and another would fail too.
        NonRetryable = "non_retryable",
        /// The outcome was classified as `Ignore`.
        Ignored = "ignored",
        /// The attempt ran into `attempt_timeout`.
        AttemptTimeout = "attempt_timeout",
        /// The call's deadline came while the attempt was running.
        Timeout = "timeout",
        /// Another attempt of its group has ended the call, or the caller dropped the call, while the attempt was running.
        Cancelled = "cancelled",
        /// The attempt panicked.
        Panicked = "panicked",
    }
}

codes! {
    /// Where the delay before a retry came from.
    ///
    /// ```
    /// use recourse::observe::DelaySource;
    ///
    /// assert_eq!(DelaySource::Pushback.as_str(), "pushback");
    /// ```
    DelaySource {
        /// The policy's backoff.
        Backoff = "backoff",
        /// The server, for example by a Retry-After header.
        Pushback = "pushback",
    }
}

codes! {
    /// How a fallback ended.
    ///
    /// ```
    /// use recourse::observe::FallbackOutcome;
    ///
    /// assert_eq!(FallbackOutcome::Answered.as_str(), "answered");
    /// ```
    FallbackOutcome {
        /// The fallback returned a value: the caller saw no error.
        Answered = "answered",
        /// The fallback returned an error.
        Failed = "failed",
        /// The caller dropped the call while the fallback was running.
        Cancelled = "cancelled",
        /// The fallback panicked.
        Panicked = "panicked",
    }
}

codes! {
    /// What denied a hedge.
    ///
    /// ```
    /// use recourse::observe::HedgeDenial;
    ///
    /// assert_eq!(HedgeDenial::Budget.as_str(), "budget");
    /// ```
    HedgeDenial {
        /// The hedge budget is empty.
        Budget = "budget",
        /// The circuit is not closed, and hedges do not probe.
        Circuit = "circuit",
        /// No slot of the key is free for it, and a hedge does not wait for one.
        Concurrency = "concurrency",
        /// The rate of the key allows no attempt now.
        Rate = "rate",
    }
}
