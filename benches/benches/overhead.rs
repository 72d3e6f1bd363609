//! A bare async fn against the attribute in each form: time and allocations. `cargo bench -p recourse-benches --bench overhead`

use divan::{AllocProfiler, Bencher};
use recourse_benches::{calls, circuits, races, rounds};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

macro_rules! forms {
    ($group:ident: $($name:ident = $call:path),* $(,)?) => {
        mod $group {
            use super::*;
            $(#[divan::bench]
            fn $name(bencher: Bencher<'_, '_>) {
                let runtime = rounds::runtime();
                // One call outside of the measurement: the first call of a site works out its policy.
                let _ = runtime.block_on($call(1));
                bencher.bench_local(|| runtime.block_on($call(1)));
            })*
        }
    };
}

forms!(ready: bare = calls::ready, nothing = calls::ready_nothing, retry = calls::ready_retry, timeout = calls::ready_timeout,
    retry_timeout = calls::ready_retry_timeout, retry_timeouts_budget = calls::ready_all, retry_hedge = calls::ready_retry_hedge,
    circuit = circuits::ready_circuit, rate_circuit = circuits::ready_rate, retry_timeout_circuit = circuits::ready_retry_timeout_circuit,
    retry_hedge_circuit = circuits::ready_headline, retry_hedge_rate_circuit = circuits::ready_headline_rate, by_hand = calls::loop_and_timeout);
forms!(pending_once: bare = calls::yields, nothing = calls::yields_nothing, retry = calls::yields_retry, timeout = calls::yields_timeout,
    retry_timeout = calls::yields_retry_timeout, retry_timeouts_budget = calls::yields_all, retry_hedge = calls::yields_retry_hedge,
    circuit = circuits::yields_circuit, rate_circuit = circuits::yields_rate, retry_timeout_circuit = circuits::yields_retry_timeout_circuit,
    retry_hedge_circuit = circuits::yields_headline, retry_hedge_rate_circuit = circuits::yields_headline_rate,
    hedge_fired = calls::yields_hedged_at_once, by_hand = calls::loop_and_timeout_yields);
forms!(race: race = races::race, race_first = races::race_first, race_deadline = races::race_deadline, select = races::select,
    race_ok = races::race_ok, select_ok = races::boxed);
forms!(failing: three_attempts = calls::fails_three_times);
