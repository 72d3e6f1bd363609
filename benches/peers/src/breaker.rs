//! Breakers of the peers on their own: an attempt that is admitted and succeeds.

use crate::layers::failsafe_in_a_row;
use failsafe::CircuitBreaker as _;
use recloser::Recloser;
use recourse_benches::calls::Fail;
use recourse_benches::rounds::{Case, both, plain};
use std::sync::Arc;

pub(crate) fn peers() -> Vec<Case> {
    let passes = || Ok::<u64, Fail>(1);
    let (in_a_row, default, recloser) = (failsafe_in_a_row(), failsafe::Config::new().build(), Recloser::default());
    let (shared_row, shared_default) = (failsafe_in_a_row(), failsafe::Config::new().build());
    let shared_recloser = Arc::new(Recloser::default());
    vec![
        plain("failsafe consecutive: allow + success", move || in_a_row.call(passes)),
        plain("failsafe default: allow + success", move || default.call(passes)),
        plain("recloser: allow + success", move || recloser.call(passes)),
        both("failsafe consecutive: the same, 2 threads", move || {
            let breaker = shared_row.clone();
            move || breaker.call(passes)
        }),
        both("failsafe default: the same, 2 threads", move || {
            let breaker = shared_default.clone();
            move || breaker.call(passes)
        }),
        both("recloser: the same, 2 threads", move || {
            let breaker = shared_recloser.clone();
            move || breaker.call(passes)
        }),
    ]
}
