//! Makes scripts by lot.
//!
//! Times are whole milliseconds from a short list, so that many things happen at once. Delays with jitter are not, which is how the
//! rounding of timers is covered.

use crate::lots::Lots;
use crate::record::{BAD, Fault, MS, Ns};
use crate::script::{CallScript, Change, Play, Reach, Script, Then, Wait};
use recourse::policy::{
    BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, Factor, HedgePolicy, Jitter, Policy, RatePolicy, RetryPolicy,
};
use std::time::Duration;

const PRIORITIES: [&str; 5] = ["critical", "high", "normal", "low", "sheddable"];

const TIMES: [u64; 10] = [1, 2, 5, 5, 10, 10, 20, 30, 50, 100];

fn time(lots: &mut Lots) -> Duration {
    Duration::from_millis(lots.pick(&TIMES))
}

/// A script of this number of lanes.
pub(crate) fn script(seed: u64, lanes: usize) -> Script {
    let lots = &mut Lots::new(seed);
    let sites = if lots.chance(80) { 1 } else { 2 };
    let outage = lots.chance(25);
    let sites: Vec<Policy> = (0..sites).map(|_| if outage { fragile(lots) } else { policy(lots) }).collect();
    let calls = if lanes == 1 { lots.pick(&[1, 1, 2, 3, 6, 12]) } else { lots.pick(&[1, 1, 2, 4]) };
    let style = Style {
        fails: lots.pick(&[20, 50, 90]),
        blocks: lots.chance(5),
        leaves: lots.pick(&[0, 5, 20]),
        asks: lots.pick(&[0, 10, 10, 70]),
        unmade: lots.pick(&[0, 0, 0, 0, 1, 10]),
        labels: lots.pick(&[0, 0, 0, 50, 100]),
        gaps: if outage { &[0, 10, 90, 100, 100, 110] } else { &[0, 0, 0, 0, 1, 5, 10, 50, 100, 200, 1_000, 5_500] },
    };
    let mut lanes: Vec<Vec<CallScript>> =
        (0..lanes).map(|_| (0..calls).map(|_| call(lots, sites.len(), style)).collect()).collect();
    // In one script of five an operator changes policies, or throws the kill switch.
    if lots.chance(20) {
        let others = [sites[0], if outage { fragile(lots) } else { policy(lots) }, policy(lots)];
        for call in lanes.iter_mut().flatten() {
            call.change = lots.chance(30).then(|| change(lots, &others));
        }
    }
    Script {
        seed: lots.next(),
        sites,
        own_breaker: lots.chance(30),
        grants: if lots.chance(50) { u64::MAX } else { lots.next() },
        least_latencies: lots.pick(&[0, 2, 5, 50]),
        lanes,
    }
}

/// A script for a function with a policy of its own.
pub(crate) fn fixed(seed: u64, lanes: usize, policy: Policy) -> Script {
    let mut script = Script { sites: vec![policy], own_breaker: false, ..script(seed, lanes) };
    for call in script.lanes.iter_mut().flatten() {
        call.site = 0;
        // The executor is that of the process, and outlives the script.
        call.change = None;
        // Functions whose body runs only once make their attempts in their first poll.
        call.plays.iter_mut().for_each(|play| play.unmade = false);
    }
    script
}

fn change(lots: &mut Lots, others: &[Policy; 3]) -> Change {
    let reach = lots.pick(&[Reach::Key, Reach::Key, Reach::Group, Reach::All]);
    match lots.up_to(9) {
        0..=5 => Change::Register(reach, mixed(lots, others)),
        6..=7 => Change::Remove(reach),
        _ => Change::Bypass(reach, lots.chance(50)),
    }
}

/// One of these policies, or one with a section of another.
fn mixed(lots: &mut Lots, others: &[Policy; 3]) -> Policy {
    let (mut policy, other) = (lots.pick(others), lots.pick(others));
    match lots.up_to(8) {
        0 => policy.circuit = other.circuit,
        1 => policy.budget = other.budget,
        2 => policy.hedge = other.hedge,
        3 => policy.retry = other.retry,
        4 => policy.concurrency = other.concurrency,
        5 => policy.rate = other.rate,
        _ => {}
    }
    policy
}

#[derive(Clone, Copy)]
struct Style {
    /// Of a hundred runs that many fail.
    fails: u64,
    /// Some hold the thread up.
    blocks: bool,
    /// Of a hundred calls that many are dropped.
    leaves: u64,
    /// Of a hundred failures that many ask to wait.
    asks: u64,
    /// Of a hundred attempts that many cannot be made.
    unmade: u64,
    /// Of a hundred calls that many state a priority.
    labels: u64,
    /// How many milliseconds there may be between two calls.
    gaps: &'static [u64],
}

fn call(lots: &mut Lots, sites: usize, style: Style) -> CallScript {
    let gap = lots.pick(style.gaps);
    let patience = if lots.chance(style.leaves) {
        lots.pick(&[0, 1, 5, 10, 25, 50, 100])
    } else {
        lots.pick(&[2_000, 2_000, 2_000, 60_000])
    };
    let plays = lots.pick(&[1, 1, 2, 3, 5]);
    CallScript {
        gap: gap * MS,
        change: None,
        priority: lots.chance(style.labels).then(|| lots.pick(&PRIORITIES)),
        site: if sites == 1 { 0 } else { usize::from(lots.chance(40)) },
        patience: patience * MS,
        plays: (0..plays).map(|_| play(lots, style)).collect(),
    }
}

fn play(lots: &mut Lots, style: Style) -> Play {
    let waits = match lots.up_to(99) {
        0..=34 => Wait::Not,
        35..=93 => Wait::For(lots.pick(&[1, 2, 5, 10, 10, 15, 20, 30, 50, 60, 100, 250]) * MS),
        _ => Wait::Ever,
    };
    let blocks = if style.blocks && lots.chance(30) { lots.pick(&[1, 10, 60]) * MS } else { 0 };
    Play { unmade: lots.chance(style.unmade), blocks, waits, then: then(lots, style) }
}

fn then(lots: &mut Lots, style: Style) -> Then {
    if !lots.chance(style.fails) {
        return Then::Value(7);
    }
    match lots.up_to(99) {
        0..=77 => Then::Error(Fault::Busy(if lots.chance(style.asks) { Some(after(lots)) } else { None })),
        78..=81 => Then::Value(BAD),
        82..=88 => Then::Error(Fault::Broken),
        89..=93 => Then::Error(Fault::Missing),
        94..=95 => Then::Error(Fault::Fine),
        96 => Then::Error(Fault::Poison),
        _ => Then::Panic,
    }
}

fn after(lots: &mut Lots) -> Ns {
    lots.pick(&[0, 1, 1_000_000, 3 * MS, 10 * MS, 25 * MS, 1_000 * MS, 40_000 * MS])
}

fn policy(lots: &mut Lots) -> Policy {
    let mut policy = Policy::new();
    if lots.chance(80) {
        policy = policy.retry(retry(lots));
    }
    if lots.chance(40) {
        policy = policy.timeout(lots.pick(&[0, 10, 20, 20, 50, 50, 60, 100, 100, 250]) * Duration::from_millis(1));
    }
    if lots.chance(40) {
        policy = policy.attempt_timeout(time(lots));
    }
    if lots.chance(50) {
        policy = policy.hedge(hedge(lots));
    }
    if lots.chance(60) {
        policy = policy.circuit(circuit(lots));
    }
    if lots.chance(40) {
        policy = policy.budget(budget(lots));
    }
    if lots.chance(35) {
        policy = policy.concurrency(concurrency(lots));
    }
    if lots.chance(25) {
        policy = policy.rate(rate(lots));
    }
    policy
}

/// A policy under which a circuit opens, probes and closes all the time.
fn fragile(lots: &mut Lots) -> Policy {
    let mut circuit = CircuitPolicy::failures(lots.pick(&[1, 1, 2])).cooldown(Duration::from_millis(100));
    (circuit.probes, circuit.successes) = (lots.pick(&[1, 2, 3]), lots.pick(&[1, 1, 2]));
    policy(lots).circuit(circuit)
}

fn retry(lots: &mut Lots) -> RetryPolicy {
    let mut retry = RetryPolicy::attempts(lots.pick(&[1, 2, 2, 3, 3, 4, 10, 100, 101]));
    if lots.chance(15) {
        retry = retry.fresh_after(time(lots));
    }
    if lots.chance(15) {
        retry = retry.pushback_up_to(Duration::from_millis(lots.pick(&[0, 3, 10, 200, 45_000])));
    }
    if lots.chance(8) {
        return endless(lots, retry);
    }
    let (short, long) = (time(lots), time(lots));
    let retry = match lots.up_to(9) {
        0..=3 => return retry.no_delay(),
        4..=6 => retry.fixed(short),
        7 => retry.linear(short, long),
        8 => retry.exponential(short, long).factor(Factor::from_thousandths(lots.pick(&[1_000, 1_500, 3_000]))),
        _ => return retry,
    };
    match lots.up_to(9) {
        0..=5 => retry.jitter(Jitter::None),
        6 => retry.jitter(Jitter::Full),
        7 => retry.jitter(Jitter::Equal),
        _ => retry.jitter(Jitter::Decorrelated),
    }
}

/// Attempts without end. The delays are long, so that a call which nobody ends does not make too many attempts.
fn endless(lots: &mut Lots, mut retry: RetryPolicy) -> RetryPolicy {
    retry.max_attempts = None;
    let (short, long) = (Duration::from_millis(lots.pick(&[20, 50])), Duration::from_millis(lots.pick(&[100, 1_000])));
    match lots.up_to(4) {
        // What is not allowed becomes the default delay.
        0 => retry.no_delay(),
        1 => retry.fixed(short),
        2 => retry.linear(short, long).jitter(Jitter::Equal),
        3 => retry.exponential(short, long).jitter(Jitter::Decorrelated),
        _ => retry.exponential(short, long).factor(Factor::from_thousandths(1_000)).jitter(Jitter::None),
    }
}

fn concurrency(lots: &mut Lots) -> ConcurrencyPolicy {
    let mut limit = match lots.up_to(19) {
        0 => return ConcurrencyPolicy::none(),
        _ => ConcurrencyPolicy::at_once(lots.pick(&[1, 1, 2, 2, 3, 5, 12])),
    };
    if lots.chance(70) {
        limit = limit.wait(Duration::from_millis(lots.pick(&[1, 5, 10, 20, 20, 50, 100, 1_000])));
    }
    if lots.chance(40) { limit.queue(lots.pick(&[1, 1, 2, 3, 10])) } else { limit }
}

/// The rates are those whose intervals, and the ratios between them, are whole nanoseconds.
fn rate(lots: &mut Lots) -> RatePolicy {
    let mut rate = match lots.up_to(19) {
        0 => return RatePolicy::none(),
        1 => RatePolicy::per_minute(lots.pick(&[60, 600])),
        2 => RatePolicy::per_hour(36_000),
        _ => RatePolicy::per_second(lots.pick(&[1, 5, 10, 20, 50, 50, 100, 200, 1_000])),
    };
    if lots.chance(60) {
        rate = rate.burst(lots.pick(&[1, 2, 3, 5, 20]));
    }
    if lots.chance(60) {
        rate = rate.wait(Duration::from_millis(lots.pick(&[1, 5, 10, 20, 50, 100, 1_000])));
    }
    if lots.chance(25) { rate.per_call() } else { rate }
}

/// The rates are those at which time pays for whole units at whole nanoseconds.
fn budget(lots: &mut Lots) -> BudgetPolicy {
    match lots.up_to(9) {
        0 => BudgetPolicy::none(),
        1 => BudgetPolicy::defaults(),
        _ => BudgetPolicy::percent(lots.pick(&[0, 1, 20, 50, 100])).per_second(lots.pick(&[0, 0, 1, 2, 10])),
    }
}

fn hedge(lots: &mut Lots) -> HedgePolicy {
    let mut hedge = if lots.chance(70) {
        HedgePolicy::after(time(lots))
    } else {
        let hedge = HedgePolicy::percentile(lots.pick(&[50, 90, 99]));
        if lots.chance(50) { hedge.or(time(lots)) } else { hedge }
    };
    if lots.chance(60) {
        hedge = hedge.at_most(lots.pick(&[0, 1, 2, 3, 3]));
    }
    if lots.chance(70) {
        hedge = hedge.budget(budget(lots));
    }
    if lots.chance(30) { hedge.fail_slow() } else { hedge }
}

fn circuit(lots: &mut Lots) -> CircuitPolicy {
    let window = Duration::from_millis(lots.pick(&[1_000, 2_000, 10_000]));
    let mut circuit = match lots.up_to(9) {
        0 => return CircuitPolicy::none(),
        1..=3 => CircuitPolicy::failures(lots.pick(&[1, 2, 3, 5])),
        4..=5 => CircuitPolicy::failures(lots.pick(&[2, 3, 5])).within(window),
        6..=8 => CircuitPolicy::rate(lots.pick(&[20, 50, 75]), lots.pick(&[1, 2, 4, 8]), window),
        _ => CircuitPolicy::sensitive(),
    };
    if lots.chance(40) {
        circuit = circuit.slow(time(lots));
    }
    if lots.chance(70) {
        circuit = circuit.cooldown(Duration::from_millis(lots.pick(&[100, 100, 200, 1_000])));
    }
    if lots.chance(30) {
        circuit = circuit.max_cooldown(Duration::from_millis(lots.pick(&[100, 300, 1_000, 12_000])));
    }
    if lots.chance(40) {
        circuit = circuit.probes(lots.pick(&[1, 2, 3]));
    }
    if lots.chance(60) { circuit.successes(lots.pick(&[1, 1, 2])) } else { circuit }
}
