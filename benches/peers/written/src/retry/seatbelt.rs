use crate::get;
use layered::{Execute, Service, Stack};
use seatbelt::retry::Retry;
use seatbelt::{RecoveryInfo, ResilienceContext};
use std::io;
use std::time::Duration;
use tick::Clock;

pub(crate) fn users() -> impl Service<u32, Out = io::Result<String>> {
    let context = ResilienceContext::new(Clock::new_tokio());
    let retry = Retry::layer("users.get", &context)
        .clone_input()
        .max_retry_attempts(2)
        .base_delay(Duration::from_millis(50))
        .max_delay(Duration::from_secs(1))
        .recovery_with(|answer, _| recovery(answer));
    (retry, Execute::new(get)).into_service()
}

fn recovery(answer: &io::Result<String>) -> RecoveryInfo {
    match answer {
        Err(error) if error.kind() != io::ErrorKind::NotFound => RecoveryInfo::retry(),
        _ => RecoveryInfo::never(),
    }
}
