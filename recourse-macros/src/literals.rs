//! What was read from a text -> the constant expression that makes it: builder calls, without what is the default anyway.

use crate::paths::Runtime;
use proc_macro2::{Literal, Span, TokenStream};
use quote::ToTokens;
use recourse_policy::{BudgetPolicy, CircuitPolicy, Delay, Factor, HedgePolicy, HedgeWhen, Jitter, RetryPolicy, Trip};
use std::time::Duration;

/// Something that can be written as a constant expression.
pub(crate) trait Emit {
    fn emit(&self, runtime: &Runtime) -> TokenStream;
}

impl Emit for RetryPolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.retry_policy();
        if *self == Self::none() {
            return ours!(#ty::none());
        }
        let attempts = number(self.max_attempts);
        let plain = Self::attempts(self.max_attempts);
        let (delayed, delay) = match self.delay {
            _ if self.delay == plain.delay => (plain, TokenStream::new()),
            Delay::None => (plain.no_delay(), ours!(.no_delay())),
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
                (plain.exponential(initial, max).factor(factor), ours!(#exponential #growth))
            }
            _ => (plain, TokenStream::new()),
        };
        let jitter = if self.jitter == delayed.jitter {
            TokenStream::new()
        } else {
            call("jitter", [&self.jitter as &dyn Emit], runtime)
        };
        ours!(#ty::attempts(#attempts) #delay #jitter)
    }
}

impl Emit for Factor {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let (ty, thousandths) = (runtime.factor(), number(self.thousandths()));
        ours!(#ty::from_thousandths(#thousandths))
    }
}

impl Emit for Jitter {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.jitter();
        match self {
            Self::None => ours!(#ty::None),
            Self::Equal => ours!(#ty::Equal),
            Self::Decorrelated => ours!(#ty::Decorrelated),
            _ => ours!(#ty::Full),
        }
    }
}

impl Emit for HedgePolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.hedge_policy();
        let (plain, when) = match self.when {
            HedgeWhen::After(delay) => {
                let delay_tokens = delay.emit(runtime);
                (Self::after(delay), ours!(#ty::after(#delay_tokens)))
            }
            HedgeWhen::Percentile { percentile, or } => {
                let rank = number(percentile);
                let or = or.map(|delay| call("or", [&delay as &dyn Emit], runtime));
                (Self::percentile(percentile), ours!(#ty::percentile(#rank) #or))
            }
            _ => (Self::none(), ours!(#ty::none())),
        };
        let at_most =
            (self.max_hedges != plain.max_hedges).then(|| call("at_most", [&self.max_hedges as &dyn Emit], runtime));
        let budget = (self.budget != plain.budget).then(|| call("budget", [&self.budget as &dyn Emit], runtime));
        let fail_slow = self.fail_slow.then(|| ours!(.fail_slow()));
        ours!(#when #at_most #budget #fail_slow)
    }
}

impl Emit for CircuitPolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.circuit_policy();
        if *self == Self::defaults() {
            return ours!(#ty::defaults());
        }
        let trip = match self.trip {
            Trip::Failures { failures, window } => {
                let failures = number(failures);
                let within = window.map(|window| call("within", [&window as &dyn Emit], runtime));
                ours!(#ty::failures(#failures) #within)
            }
            Trip::Rate { percent, min_calls, window } => {
                let (percent, min_calls, window) = (number(percent), number(min_calls), window.emit(runtime));
                ours!(#ty::rate(#percent, #min_calls, #window))
            }
            _ => ours!(#ty::none()),
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
        ours!(#trip #slow #cooldown #max_cooldown #probes #successes)
    }
}

impl Emit for BudgetPolicy {
    fn emit(&self, runtime: &Runtime) -> TokenStream {
        let ty = runtime.budget_policy();
        if *self == Self::defaults() {
            return ours!(#ty::defaults());
        }
        if !self.limited {
            return ours!(#ty::none());
        }
        let percent = number(self.percent);
        let per_second = (self.per_second != 0).then(|| call("per_second", [&self.per_second as &dyn Emit], runtime));
        ours!(#ty::percent(#percent) #per_second)
    }
}

impl Emit for Duration {
    fn emit(&self, _: &Runtime) -> TokenStream {
        let (seconds, nanos) = (self.as_secs(), self.subsec_nanos());
        let exact = |unit: u128| {
            self.as_nanos().is_multiple_of(unit).then(|| u64::try_from(self.as_nanos() / unit).ok()).flatten()
        };
        let (made_from, value) = match (exact(1_000_000_000), exact(1_000_000), exact(1_000)) {
            (Some(seconds), ..) => ("from_secs", seconds),
            (_, Some(millis), _) => ("from_millis", millis),
            (.., Some(micros)) => ("from_micros", micros),
            _ => {
                let (seconds, nanos) = (Literal::u64_unsuffixed(seconds), number(nanos));
                return ours!(::core::time::Duration::new(#seconds, #nanos));
            }
        };
        let (made_from, value) =
            (quote::format_ident!("{made_from}", span = Span::mixed_site()), Literal::u64_unsuffixed(value));
        ours!(::core::time::Duration::#made_from(#value))
    }
}

impl Emit for u32 {
    fn emit(&self, _: &Runtime) -> TokenStream {
        number(*self).into_token_stream()
    }
}

/// `.setter(a, b)`
fn call<const N: usize>(setter: &str, values: [&dyn Emit; N], runtime: &Runtime) -> TokenStream {
    let setter = quote::format_ident!("{setter}", span = Span::mixed_site());
    let values = values.iter().map(|value| value.emit(runtime));
    ours!(.#setter(#(#values),*))
}

fn number(number: u32) -> Literal {
    Literal::u32_unsuffixed(number)
}
