//! A fault that a test injected into an attempt, while the attempt runs.

use crate::error::Rejected;
use crate::executor::FaultKind;
use crate::outcome::Class;
use crate::time::{Instant, Timer};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The fault of an attempt that runs.
#[derive(Debug)]
pub(in crate::call) struct InjectedFault {
    /// The number of the attempt.
    pub(in crate::call) attempt: u8,
    pub(in crate::call) kind: FaultKind,
    /// When the body may begin, and the timer for that, once a slow attempt was polled.
    wait: Option<(Instant, Pin<Box<Timer>>)>,
}

/// What an attempt does instead of running its body: it is pending, or has failed.
pub(in crate::call) type Faulted = Poll<(Class, Rejected)>;

impl InjectedFault {
    pub(in crate::call) const fn new(attempt: u8, kind: FaultKind) -> Self {
        Self { attempt, kind, wait: None }
    }

    /// True if the body runs from now on.
    pub(in crate::call) fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        match self.kind {
            FaultKind::Pass => true,
            FaultKind::Hang | FaultKind::Fail(_) => false,
            FaultKind::Slow(delay) => {
                let (due, timer) =
                    self.wait.get_or_insert_with(|| (Instant::now().saturating_add(delay), Box::pin(Timer::new())));
                timer.as_mut().poll_until(*due, &"a slow attempt", cx).is_ready()
            }
        }
    }
}
