//! Many calls at once, on two workers: callers that share a few keys, give up, panic, call within calls and fail, while operators change the limits.
//! No more bodies run than a limit allows, no slot is lost or given back twice, and nobody is left in a queue.
//!
//! | file | what it is |
//! |---|---|
//! | `ledger` | who runs, and how many may, in spite of limits that change |
//! | `caller` | calls by lot |
//! | `round` | one round: all callers, an operator, and what has to be true when they are done |
//! | `quota` | a quota that callers race for |
//! | `patience` | on one worker and a paused clock: nobody waits for longer than his own wait |
//!
//! Waits on two workers are an hour: what ends them is a slot, and no machine is too slow for that. A run makes 30,000 calls, 200,000 in a release
//! build. `RECOURSE_MODEL_SCRIPTS` asks for another number, 20 calls for three scripts, and `RECOURSE_MODEL_SEED` for others.

#[path = "../agree/lots.rs"]
mod lots;

mod caller;
mod ledger;
mod patience;
mod quota;
mod round;

use caller::Scripted;
use round::Round;
use std::{env, panic};
use tokio::runtime::Builder;

pub(crate) fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.replace('_', "").parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

fn silence_scripted_panics() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !info.payload().is::<Scripted>() {
            before(info);
        }
    }));
}

/// The number of calls in a round.
const ROUND: u64 = 4_800;

/// concurrency-32, rate-12.
#[test]
fn a_million_calls_on_two_workers_lose_no_slot_and_strand_nobody() {
    silence_scripted_panics();
    let asked = number("RECOURSE_MODEL_SCRIPTS").map(|scripts| scripts * 20 / 3);
    let calls = asked.unwrap_or(if cfg!(debug_assertions) { 30_000 } else { 200_000 });
    let first_seed = number("RECOURSE_MODEL_SEED").unwrap_or(22) << 32;
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().expect("a runtime");
    let mut seen = round::Seen::default();
    for seed in first_seed..first_seed + calls.div_ceil(ROUND) {
        seen += runtime.block_on(Round::new(seed).play(ROUND));
    }
    println!("{seen:?}");
    seen.got_everywhere();
}
