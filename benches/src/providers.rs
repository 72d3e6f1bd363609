//! Calls under policies from outside: with a provider and without one, with 1 pattern and with 1,000, and under a policy of the call itself.

use crate::calls::{Fail, ready, ready_retry};
use crate::rounds::{Case, case};
use recourse::providers::StaticProvider;
use recourse::{Executor, Key, Policy, RetryPolicy, with};

/// A closure in an executor whose provider has this number of patterns, one of which matches if `matches`.
fn provided(name: &'static str, patterns: usize, matches: bool) -> Case {
    let table = StaticProvider::new();
    for n in 0..patterns {
        table.set(format!("others.{n}.*").parse().expect("a pattern"), Policy::defaults());
    }
    if matches {
        table.set("bench.*".parse().expect("a pattern"), Policy::new().retry(RetryPolicy::attempts(2)));
    }
    let builder = Executor::builder();
    let executor = if patterns == 0 && !matches { builder.build() } else { builder.provider(table).build() };
    let policy = Policy::new().retry(RetryPolicy::attempts(3));
    case(name, move || {
        let call = executor.call(Key::from_static("bench.provided"), policy, || ready(1));
        call.on_reject(|_| Fail(0)).into_future()
    })
}

/// A closure resolves its policy for each call, so it shows what a provider costs; a function does so once.
pub fn calls() -> Vec<Case> {
    vec![
        provided("closure, no provider", 0, false),
        provided("closure, 1 pattern", 0, true),
        provided("closure, 1,000 patterns", 1_000, true),
        provided("closure, 1,000 patterns, none matches", 1_000, false),
        case("retry, with", || with(Policy::new().retry(RetryPolicy::attempts(2)), ready_retry(1))),
    ]
}
