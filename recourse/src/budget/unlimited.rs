//! The budget that grants everything.

use crate::budget::Budget;
use crate::time::Instant;

/// Grants every retry; for tests, and for a shared budget that is switched off.
///
/// ```
/// use recourse::budget::{Budget, Unlimited};
///
/// assert!(Unlimited.withdraw(recourse::time::Instant::now()));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlimited;

impl Budget for Unlimited {
    fn deposit(&self) {}

    fn withdraw(&self, _now: Instant) -> bool {
        true
    }

    fn refund(&self) {}

    fn balance(&self) -> u32 {
        u32::MAX
    }
}
