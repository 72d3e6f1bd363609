//! Makes a script that differs as small as it can be: tries one small change after another, and keeps those under which it still differs.

use crate::record::{Fault, MS};
use crate::script::{Change, Play, Script, Then, Wait};
use recourse::policy::{Policy, RetryPolicy, SlotPolicy};

/// Returns the smallest script that was found for which `fails`.
pub(crate) fn shrink(script: Script, fails: impl Fn(&Script) -> bool) -> Script {
    recourse_tests_model::shrink(script, smaller, fails)
}

/// All scripts that are one step smaller.
fn smaller(script: &Script) -> Vec<Script> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Script)| {
        let mut smaller = script.clone();
        change(&mut smaller);
        if smaller.calls() > 0 {
            all.push(smaller);
        }
    };
    for lane in 0..script.lanes.len() {
        with(&|script| drop(script.lanes.remove(lane)));
        for call in 0..script.lanes[lane].len() {
            with(&|script| drop(script.lanes[lane].remove(call)));
            with(&|script| script.lanes[lane][call].gap = 0);
            with(&|script| script.lanes[lane][call].change = None);
            for smaller in POLICIES {
                with(&|script| {
                    if let Some(Change::Register(_, policy)) = &mut script.lanes[lane][call].change {
                        smaller(policy);
                    }
                });
            }
            with(&|script| script.lanes[lane][call].site = 0);
            with(&|script| script.lanes[lane][call].priority = None);
            with(&|script| script.lanes[lane][call].patience = 60_000 * MS);
            for play in 0..script.lanes[lane][call].plays.len() {
                if script.lanes[lane][call].plays.len() > 1 {
                    with(&|script| {
                        script.lanes[lane][call].plays.remove(play);
                    });
                }
                for change in PLAYS {
                    with(&|script| change(&mut script.lanes[lane][call].plays[play]));
                }
            }
        }
    }
    with(&|script| script.sites.truncate(1 + script.lanes.iter().flatten().map(|call| call.site).max().unwrap_or(0)));
    with(&|script| script.own_breaker = false);
    with(&|script| script.grants = u64::MAX);
    with(&|script| script.least_latencies = 50);
    with(&|script| script.seed = 0);
    for site in 0..script.sites.len() {
        for change in POLICIES {
            with(&|script| change(&mut script.sites[site]));
        }
    }
    all
}

const PLAYS: [fn(&mut Play); 6] = [
    |play| play.unmade = false,
    |play| play.blocks = 0,
    |play| play.waits = Wait::Not,
    |play| play.then = Then::Value(7),
    // Not from a value: a change and its opposite would take turns for ever.
    |play| {
        if !matches!(play.then, Then::Value(_)) {
            play.then = Then::Error(Fault::Busy(None));
        }
    },
    |play| {
        if let Wait::For(time) = &mut play.waits {
            *time = (*time / 2).next_multiple_of(MS);
        }
    },
];

const POLICIES: [fn(&mut Policy); 25] = [
    |policy| policy.retry = None,
    |policy| policy.hedge = None,
    |policy| policy.circuit = None,
    |policy| policy.budget = None,
    |policy| policy.timeout = None,
    |policy| policy.attempt_timeout = None,
    |policy| policy.concurrency = None,
    |policy| policy.rate = None,
    |policy| policy.concurrency.iter_mut().for_each(|limit| limit.wait = None),
    |policy| policy.concurrency.iter_mut().for_each(|limit| limit.queue = None),
    |policy| policy.concurrency.iter_mut().for_each(|limit| limit.slots = SlotPolicy::Fixed(1)),
    |policy| policy.rate.iter_mut().for_each(|rate| rate.wait = None),
    |policy| policy.rate.iter_mut().for_each(|rate| rate.burst = None),
    |policy| policy.rate.iter_mut().for_each(|rate| rate.per_call = false),
    |policy| policy.retry = policy.retry.map(RetryPolicy::no_delay),
    |policy| policy.retry.iter_mut().for_each(|retry| retry.max_attempts = retry.max_attempts.map(|most| most.min(2))),
    |policy| policy.retry.iter_mut().for_each(|retry| retry.max_attempts = retry.max_attempts.or(Some(100))),
    |policy| policy.retry.iter_mut().for_each(|retry| retry.fresh_after = None),
    |policy| policy.retry.iter_mut().for_each(|retry| retry.max_pushback = None),
    |policy| policy.hedge.iter_mut().for_each(|hedge| hedge.max_hedges = hedge.max_hedges.min(1)),
    |policy| policy.hedge.iter_mut().for_each(|hedge| hedge.fail_slow = false),
    |policy| policy.hedge = policy.hedge.map(|hedge| hedge.budget(recourse::BudgetPolicy::none())),
    |policy| policy.circuit.iter_mut().for_each(|circuit| circuit.slow = None),
    |policy| policy.circuit.iter_mut().for_each(|circuit| circuit.max_cooldown = None),
    |policy| policy.circuit.iter_mut().for_each(|circuit| (circuit.probes, circuit.successes) = (1, 1)),
];
