use crate::get;
use layered::{Execute, Service, Stack};
use seatbelt::breaker::Breaker;
use seatbelt::retry::Retry;
use seatbelt::timeout::Timeout;
use seatbelt::{RecoveryInfo, ResilienceContext};
use std::io;
use std::time::Duration;
use tick::Clock;

pub(crate) fn users() -> impl Service<u32, Out = io::Result<String>> {
    let context = ResilienceContext::new(Clock::new_tokio());
    let timeout = Timeout::layer("timeout", &context)
        .timeout(Duration::from_secs(2))
        .timeout_output(|_| Err(io::ErrorKind::TimedOut.into()));
    let retry = Retry::layer("retry", &context)
        .clone_input()
        .max_retry_attempts(2)
        .base_delay(Duration::from_millis(50))
        .max_delay(Duration::from_secs(1))
        .recovery_with(|answer, _| recovery(answer));
    let breaker = Breaker::layer("breaker", &context)
        .min_throughput(5)
        .break_duration(Duration::from_secs(10))
        .recovery_with(|answer, _| recovery(answer))
        .rejected_input(|_, _| Err(io::Error::other("the circuit is open")));
    (timeout, retry, breaker, Execute::new(get)).into_service()
}

fn recovery(answer: &io::Result<String>) -> RecoveryInfo {
    match answer {
        Err(error) if error.kind() != io::ErrorKind::NotFound => RecoveryInfo::retry(),
        _ => RecoveryInfo::never(),
    }
}
