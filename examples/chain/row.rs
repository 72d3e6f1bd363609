//! The rows of the experiment: what each service of the chain knows and does.

use crate::work::SLOWEST;
use recourse::context::http::{CheckLayer, ContextLayer};
use recourse::{BudgetPolicy, Policy, RetryPolicy};
use std::time::Duration;

/// How long each hop waits for an attempt, and the user for everything.
pub(crate) const PATIENCE: Duration = Duration::from_millis(500);

/// What C refuses when a request comes out of its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refuses {
    Nothing,
    /// What waited for longer than C's own time-out.
    Old,
    /// What has expired by the deadline of its caller, and what has less left than this.
    Expired {
        at_least: Duration,
    },
}

/// One way to run the chain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Whether retries are paid for from a budget: 20 % + 10/s for each hop.
    budgets: bool,
    /// Whether the services tell each other the deadline.
    pub(crate) known: bool,
    pub(crate) refuses: Refuses,
    pub(crate) newest_first: bool,
}

pub(crate) const NAIVE: usize = 0;
pub(crate) const AT_LEAST: usize = 5;

pub(crate) const ROWS: [Row; 7] = {
    const EXPIRED: Refuses = Refuses::Expired { at_least: Duration::ZERO };
    const TOO_LATE: Refuses = Refuses::Expired { at_least: SLOWEST };
    const fn row(name: &'static str, budgets: bool, known: bool, refuses: Refuses) -> Row {
        Row { name, budgets, known, refuses, newest_first: false }
    }
    [
        row("naive", false, false, Refuses::Nothing),
        row("budgets", true, false, Refuses::Nothing),
        row("deadline known to the hops", true, true, Refuses::Nothing),
        row("budgets, C drops the old", true, false, Refuses::Old),
        row("known, C drops the expired", true, true, EXPIRED),
        row("known, C drops at_least", true, true, TOO_LATE),
        Row { newest_first: true, ..row("known, newest first", true, true, EXPIRED) },
    ]
};

impl Row {
    /// The policy of a hop: three attempts of 500 ms each, full jitter.
    pub(crate) fn hop(&self) -> Policy {
        let budget = if self.budgets { BudgetPolicy::percent(20).per_second(10) } else { BudgetPolicy::none() };
        Policy::new().retry(RetryPolicy::attempts(3)).attempt_timeout(PATIENCE).budget(budget)
    }

    /// The policy of the user, who gives up after 500 ms.
    pub(crate) fn user(&self) -> Policy {
        self.hop().timeout(PATIENCE)
    }

    /// The check behind C's queue.
    pub(crate) fn check(&self) -> CheckLayer {
        let check = ContextLayer::check();
        match self.refuses {
            Refuses::Nothing => check.shadow(),
            Refuses::Old => check,
            Refuses::Expired { at_least } => check.at_least(at_least),
        }
    }
}
