//! How tower retries and hedges, for both programs of benches.

use std::future::{Ready, ready};

/// tower hedges what it can clone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Always;

impl tower::hedge::Policy<u64> for Always {
    fn clone_request(&self, request: &u64) -> Option<u64> {
        Some(*request)
    }

    fn can_retry(&self, _: &u64) -> bool {
        true
    }
}

/// tower retries as often as is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left(pub(crate) u32);

impl<E> tower::retry::Policy<u64, u64, E> for Left {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut u64, answer: &mut Result<u64, E>) -> Option<Ready<()>> {
        if answer.is_ok() {
            return None;
        }
        self.0 = self.0.checked_sub(1)?;
        Some(ready(()))
    }

    fn clone_request(&mut self, request: &u64) -> Option<u64> {
        Some(*request)
    }
}
