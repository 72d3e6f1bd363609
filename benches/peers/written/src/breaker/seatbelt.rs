use crate::get;
use layered::{Execute, Service, Stack};
use seatbelt::breaker::Breaker;
use seatbelt::{RecoveryInfo, ResilienceContext};
use std::io;
use std::time::Duration;
use tick::Clock;

pub(crate) fn users() -> impl Service<u32, Out = io::Result<String>> {
    let context = ResilienceContext::new(Clock::new_tokio());
    let breaker = Breaker::layer("users.find", &context)
        .min_throughput(5)
        .break_duration(Duration::from_secs(10))
        .recovery_with(|answer, _| recovery(answer))
        .rejected_input(|_, _| Err(io::Error::other("the circuit is open")));
    (breaker, Execute::new(get)).into_service()
}

fn recovery(answer: &io::Result<String>) -> RecoveryInfo {
    match answer {
        Err(error) if error.kind() != io::ErrorKind::NotFound => RecoveryInfo::retry(),
        _ => RecoveryInfo::never(),
    }
}
