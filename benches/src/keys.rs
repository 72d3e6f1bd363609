//! Calls of keys that are made at run time, in turn: more of them than keep their state, and fewer.

use crate::calls::{Fail, fails, ready};
use crate::rounds::{Case, case};
use recourse::{BudgetPolicy, CircuitPolicy, Executor, Key, Policy, RetryPolicy};
use std::cell::Cell;

/// One call after the other, each of the next of `keys` keys.
fn in_turn(name: &'static str, keys: usize, down: bool) -> Case {
    let executor = Executor::new();
    let policy = Policy::new()
        .circuit(CircuitPolicy::failures(3))
        .retry(RetryPolicy::attempts(2).no_delay())
        .budget(BudgetPolicy::none());
    let keys: Vec<Key> = (0..keys).map(|n| format!("host.{n}").parse().expect("a key")).collect();
    let next = Cell::new(0);
    case(name, move || {
        let key = &keys[next.replace((next.get() + 1) % keys.len())];
        let executor = executor.clone();
        let call =
            executor.call(key, policy, move || async move { if down { fails(1).await } else { ready(1).await } });
        call.on_reject(|_| Fail(0)).into_future()
    })
}

/// Calls of many keys.
pub fn calls() -> Vec<Case> {
    vec![
        in_turn("100 keys in turn", 100, false),
        in_turn("1,100 keys in turn", 1_100, false),
        in_turn("10,000 keys in turn", 10_000, false),
        in_turn("1,100 dead keys in turn", 1_100, true),
        in_turn("10,000 dead keys in turn", 10_000, true),
    ]
}
