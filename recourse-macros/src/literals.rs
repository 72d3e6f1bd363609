//! Policies that were read from text, written as constant expressions: calls of their builders.
//!
//! Setters are left out if they would set the default, which keeps expansions short. So each implementation builds the policy as
//! it goes along, and compares.

use crate::runtime::Runtime;
use crate::spans::{internal_span, quote_internal};
use proc_macro2::{Literal, TokenStream};
use quote::ToTokens;
use recourse_policy::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, Delay, Factor, HedgePolicy, HedgeWhen, Jitter, RatePolicy,
    RateUnit, RetryPolicy, SlotPolicy, Trip,
};
use std::time::Duration;

/// A value that can be written as a constant expression.
pub(crate) trait Emit {
    fn emit(&self, runtime: &Runtime) -> TokenStream;
}

impl Emit for RetryPolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.retry_policy();
        // A single attempt has a constructor of its own.
        if *self == Self::none() {
            return quote_internal!(#ty::none());
        }
        let (plain, attempts) = match self.max_attempts {
            Some(most) => {
                let attempts = number(most);
                (Self::attempts(most), quote_internal!(attempts(#attempts)))
            }
            None => (Self::forever(), quote_internal!(forever())),
        };
        // The default of `jitter` depends on the delay, so it is compared with that of the same delay.
        let (delayed, delay) = match self.delay {
            _ if self.delay == plain.delay => (plain, TokenStream::new()),
            Delay::None => (plain.no_delay(), quote_internal!(.no_delay())),
            Delay::Fixed(delay) => (plain.fixed(delay), call("fixed", [&delay as &dyn Emit], runtime)),
            Delay::Linear { initial, max } => {
                (plain.linear(initial, max), call("linear", [&initial as &dyn Emit, &max], runtime))
            }
            Delay::Exponential { initial, max, factor } => {
                let exponential = call("exponential", [&initial as &dyn Emit, &max], runtime);
                let growth = if factor == Factor::TWO {
                    TokenStream::new()
                } else {
                    call("factor", [&factor as &dyn Emit], runtime)
                };
                (plain.exponential(initial, max).factor(factor), quote_internal!(#exponential #growth))
            }
            _ => (plain, TokenStream::new()),
        };
        let jitter = if self.jitter == delayed.jitter {
            TokenStream::new()
        } else {
            call("jitter", [&self.jitter as &dyn Emit], runtime)
        };
        let optional = |setter, time: Option<Duration>| {
            time.map_or_else(TokenStream::new, |time| call(setter, [&time as &dyn Emit], runtime))
        };
        let pushback = optional("pushback_up_to", self.max_pushback);
        let fresh = optional("fresh_after", self.fresh_after);
        let over_nested = self.over_nested.then(|| quote_internal!(.over_nested()));
        quote_internal!(#ty::#attempts #delay #jitter #pushback #fresh #over_nested)
    }
}

impl Emit for Factor {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let (ty, thousandths) = (runtime.factor(), number(self.thousandths()));
        quote_internal!(#ty::from_thousandths(#thousandths))
    }
}

impl Emit for Jitter {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.jitter();
        match self {
            Self::None => quote_internal!(#ty::None),
            Self::Equal => quote_internal!(#ty::Equal),
            Self::Decorrelated => quote_internal!(#ty::Decorrelated),
            _ => quote_internal!(#ty::Full),
        }
    }
}

impl Emit for HedgePolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.hedge_policy();
        let (plain, when) = match self.when {
            HedgeWhen::After(delay) => {
                let delay_tokens = delay.emit(runtime);
                (Self::after(delay), quote_internal!(#ty::after(#delay_tokens)))
            }
            HedgeWhen::Percentile { percentile, or } => {
                let rank = number(percentile);
                let or = or.map(|delay| call("or", [&delay as &dyn Emit], runtime));
                (Self::percentile(percentile), quote_internal!(#ty::percentile(#rank) #or))
            }
            _ => (Self::none(), quote_internal!(#ty::none())),
        };
        let at_most =
            (self.max_hedges != plain.max_hedges).then(|| call("at_most", [&self.max_hedges as &dyn Emit], runtime));
        let budget = (self.budget != plain.budget).then(|| call("budget", [&self.budget as &dyn Emit], runtime));
        let fail_slow = self.fail_slow.then(|| quote_internal!(.fail_slow()));
        quote_internal!(#when #at_most #budget #fail_slow)
    }
}

impl Emit for CircuitPolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.circuit_policy();
        if *self == Self::defaults() {
            return quote_internal!(#ty::defaults());
        }
        let trip = match self.trip {
            Trip::Failures { failures, window } => {
                let failures = number(failures);
                let within = window.map(|window| call("within", [&window as &dyn Emit], runtime));
                quote_internal!(#ty::failures(#failures) #within)
            }
            Trip::Rate { percent, min_calls, window } => {
                let (percent, min_calls, window) = (number(percent), number(min_calls), window.emit(runtime));
                quote_internal!(#ty::rate(#percent, #min_calls, #window))
            }
            _ => quote_internal!(#ty::none()),
        };
        let plain = Self::none();
        let time = |setter: &str, time: Option<Duration>| time.map(|time| call(setter, [&time as &dyn Emit], runtime));
        let count = |setter: &str, count: u32, default: u32| {
            (count != default).then(|| call(setter, [&count as &dyn Emit], runtime))
        };
        let (slow, cooldown, max_cooldown) =
            (time("slow", self.slow), time("cooldown", self.cooldown), time("max_cooldown", self.max_cooldown));
        let probes = count("probes", self.probes, plain.probes);
        let successes = count("successes", self.successes, plain.successes);
        quote_internal!(#trip #slow #cooldown #max_cooldown #probes #successes)
    }
}

impl Emit for BudgetPolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.budget_policy();
        if *self == Self::defaults() {
            return quote_internal!(#ty::defaults());
        }
        // An unlimited budget has figures too, which mean nothing.
        if !self.limited {
            return quote_internal!(#ty::none());
        }
        let percent = number(self.percent);
        let per_second = (self.per_second != 0).then(|| call("per_second", [&self.per_second as &dyn Emit], runtime));
        quote_internal!(#ty::percent(#percent) #per_second)
    }
}

impl Emit for ConcurrencyPolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.concurrency_policy();
        let slots = match self.slots {
            SlotPolicy::Fixed(limit) => {
                let limit = number(limit);
                quote_internal!(#ty::at_once(#limit))
            }
            SlotPolicy::Adaptive { min, max } => {
                let between =
                    (self.slots != Self::adaptive().slots).then(|| call("between", [&min as &dyn Emit, &max], runtime));
                quote_internal!(#ty::adaptive() #between)
            }
            _ => quote_internal!(#ty::none()),
        };
        let wait = self.wait.map(|wait| call("wait", [&wait as &dyn Emit], runtime));
        let queue = self.queue.map(|queue| call("queue", [&queue as &dyn Emit], runtime));
        quote_internal!(#slots #wait #queue)
    }
}

impl Emit for RatePolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.rate_policy();
        let Some((attempts, unit)) = self.amount else { return quote_internal!(#ty::none()) };
        let made_by = match unit {
            RateUnit::Second => "per_second",
            RateUnit::Minute => "per_minute",
            RateUnit::Hour => "per_hour",
        };
        let (made_by, attempts) = (quote::format_ident!("{made_by}", span = internal_span()), number(attempts));
        let burst = self.burst.map(|burst| call("burst", [&burst as &dyn Emit], runtime));
        let wait = self.wait.map(|wait| call("wait", [&wait as &dyn Emit], runtime));
        let per_call = self.per_call.then(|| quote_internal!(.per_call()));
        quote_internal!(#ty::#made_by(#attempts) #burst #wait #per_call)
    }
}

impl Emit for AtLeast {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.at_least();
        if let Self::Percentile { percentile, or } = *self {
            let (percentile, or) = (number(percentile), or.map(|time| call("or", [&time as &dyn Emit], runtime)));
            return quote_internal!(#ty::percentile(#percentile) #or);
        }
        let time = self.written().unwrap_or_default().emit(runtime);
        quote_internal!(#ty::time(#time))
    }
}

impl Emit for Duration {
    fn emit(&self, _: &Runtime) -> TokenStream {
        let (seconds, nanos) = (self.as_secs(), self.subsec_nanos());
        let nanoseconds = self.as_nanos();
        let exact = |unit: u128| {
            let number = nanoseconds / unit;
            (number * unit == nanoseconds).then(|| u64::try_from(number).ok()).flatten()
        };
        // The largest unit without a remainder, as a person would write it.
        let (made_from, value) = match (exact(1_000_000_000), exact(1_000_000), exact(1_000)) {
            (Some(seconds), ..) => ("from_secs", seconds),
            (_, Some(millis), _) => ("from_millis", millis),
            (.., Some(micros)) => ("from_micros", micros),
            _ => {
                let (seconds, nanos) = (Literal::u64_unsuffixed(seconds), number(nanos));
                return quote_internal!(::core::time::Duration::new(#seconds, #nanos));
            }
        };
        let (made_from, value) =
            (quote::format_ident!("{made_from}", span = internal_span()), Literal::u64_unsuffixed(value));
        quote_internal!(::core::time::Duration::#made_from(#value))
    }
}

impl Emit for u32 {
    fn emit(&self, _: &Runtime) -> TokenStream {
        number(*self).into_token_stream()
    }
}

/// Writes `.setter(a, b)`.
fn call<const N: usize>(setter: &str, values: [&dyn Emit; N], runtime: &Runtime) -> TokenStream {
    let setter = quote::format_ident!("{setter}", span = internal_span());
    let values = values.iter().map(|value| value.emit(runtime));
    quote_internal!(.#setter(#(#values),*))
}

fn number(number: u32) -> Literal {
    Literal::u32_unsuffixed(number)
}
