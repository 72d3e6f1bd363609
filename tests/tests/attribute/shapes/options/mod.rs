//! Executor, hedge, `idempotent` and fallback on several shapes.

mod arc;
mod async_trait;
mod by_value;
mod exclusive_method;
mod executor_behind_a_lock;
mod free_fn;
mod generic_fn;
mod method;
mod returned_future;
mod trait_impl;

use recourse::{BudgetPolicy, Executor, HedgePolicy, Policy};
use recourse_tests::{Script, hangs, ok};
use std::sync::LazyLock;
use std::time::Duration;

/// An executor that is made when it is first asked for.
static EXECUTOR: LazyLock<Executor> = LazyLock::new(Executor::new);

/// Hedges once, where it may.
const HEDGED: Policy =
    Policy::new().hedge(HedgePolicy::after(Duration::from_millis(20)).at_most(1).budget(BudgetPolicy::none()));

/// The first attempt never ends, the second gives 1.
fn slow_once() -> Script {
    Script::new([hangs(), ok(1)])
}
