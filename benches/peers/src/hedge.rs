//! Hedged calls of the peers, each in its cheapest form: one long-lived service, called once it is ready.

use crate::layers::{seatbelt, seatbelt_hedge, tower_hedge};
use crate::serve::{Answer, SECOND, executed, served};
use layered::{Execute, Stack};
use recourse_benches::calls;
use recourse_benches::rounds::Case;
use tower::{Layer, service_fn};
use tower_resilience_hedge::HedgeLayer;

pub(crate) fn peers() -> Vec<Case> {
    vec![
        served("tower 0.5 hedge p99", || tower_hedge(calls::ready)),
        served("tower 0.5 hedge p99, pending", || tower_hedge(calls::yields)),
        tower_resilience("tower-resilience 0.14 hedge fixed", calls::ready),
        tower_resilience("tower-resilience 0.14 hedge fixed, pending", calls::yields),
        seatbelts("seatbelt 0.11 hedge fixed", calls::ready),
        seatbelts("seatbelt 0.11 hedge fixed, pending", calls::yields),
    ]
}

fn tower_resilience<Fut>(name: &'static str, operation: fn(u64) -> Fut) -> Case
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    served(name, || HedgeLayer::new(SECOND).layer(service_fn(operation)))
}

fn seatbelts<Fut>(name: &'static str, operation: fn(u64) -> Fut) -> Case
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    executed(name, || (seatbelt_hedge(&seatbelt()), Execute::new(operation)).into_service())
}
