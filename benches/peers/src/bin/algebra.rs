//! The operators `+`, `&` and `|` and the layers that they combine, against bare services and tower's own layers. See README.md.

#[path = "../algebra.rs"]
mod algebra;
#[path = "../layers.rs"]
#[expect(dead_code, reason = "those of the other binary stand there, too")]
mod layers;
#[path = "../serve.rs"]
#[expect(dead_code, reason = "as above")]
mod serve;

use layers::tower_hedge;
use recourse_benches::calls;
use recourse_benches::rounds::{self, measure};
use std::time::Duration;

fn main() {
    let mut cases = algebra::cases();
    cases.push(serve::served("tower 0.5 hedge p99", || tower_hedge(calls::ready)));
    rounds::main(cases, |cases| {
        measure(cases, 31, Duration::from_micros(1_500));
        rounds::print(cases);
        rounds::judge(&algebra::ratios(cases));
    });
}
