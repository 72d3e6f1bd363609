//! recourse against its peers, in interleaved rounds of one run. See README.md.

mod breaker;
mod circuit;
mod hedge;
mod layers;
mod policies;
mod serve;
mod stacks;
mod targets;
mod tracker;

use recourse_benches::rounds::{self, Case, case, measure};
use recourse_benches::{breakers, calls, circuits, hedging};
use std::time::Duration;

fn main() {
    let sampled = std::env::args().any(|arg| arg == "--sampled");
    if sampled {
        hedging::sample();
    }
    let mut cases = vec![case("bare", || calls::ready(1)), case("bare, pending", || calls::yields(1))];
    cases.extend(hedging::calls());
    cases.push(case("loop+tokio timeout, pending", || calls::loop_and_timeout_yields(1)));
    cases.extend(hedge::peers());
    cases.extend(hedging::tracker());
    cases.extend(tracker::peers());
    cases.extend(circuits::calls());
    cases.extend(circuit::peers());
    cases.extend(stacks::peers());
    cases.extend(breakers::breakers());
    cases.extend(breaker::peers());
    rounds::main(cases, |cases| table(cases, sampled));
}

fn table(cases: &mut [Case], sampled: bool) {
    println!("Of recourse's hedged calls, {} timed.\n", if sampled { "one in eight is" } else { "each is" });
    measure(cases, 31, Duration::from_micros(1_500));
    rounds::print(cases);
    rounds::judge(&[targets::hedges(cases), targets::circuits(cases), targets::breakers(cases)].concat());
}
