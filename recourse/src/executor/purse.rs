//! What pays for retries, or for hedges.

use crate::budget::{Budget, TokenBucket};
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::BudgetPolicy;

/// What pays for retries, or for hedges.
#[derive(Debug)]
pub(crate) struct Purse {
    /// The bucket of the key. Where there is none it is one that stays full; where `shared` stands in for it, one that never
    /// is. So the happy path asks one question only.
    bucket: Arc<TokenBucket>,
    /// A budget of the user's, shared by whom it pleases.
    shared: Option<&'static dyn Budget>,
    limited: bool,
}

impl Purse {
    pub(super) fn unlimited() -> Self {
        Self { bucket: Arc::new(TokenBucket::new(BudgetPolicy::none())), shared: None, limited: false }
    }

    pub(super) fn shared(budget: &'static dyn Budget) -> Self {
        Self { bucket: Arc::new(TokenBucket::never_full()), shared: Some(budget), limited: true }
    }

    pub(super) fn of_key(bucket: Arc<TokenBucket>) -> Self {
        Self { bucket, shared: None, limited: true }
    }

    /// A first attempt succeeded.
    #[inline]
    pub(crate) fn deposit(&self) {
        if !self.bucket.is_full() {
            self.pay();
        }
    }

    #[cold]
    #[inline(never)]
    fn pay(&self) {
        if let Some(budget) = self.budget() {
            budget.deposit();
        }
    }

    /// False where it need not be asked, and so no clock read for it.
    pub(crate) const fn is_limited(&self) -> bool {
        self.limited
    }

    /// Pays for one, where it can.
    pub(crate) fn withdraw(&self, now: Instant) -> bool {
        self.budget().is_none_or(|budget| budget.withdraw(now))
    }

    /// Takes back what was paid for and not used.
    pub(crate) fn refund(&self) {
        if let Some(budget) = self.budget() {
            budget.refund();
        }
    }

    /// True while less than a quarter is left of what can be saved up.
    pub(crate) fn is_low(&self) -> bool {
        self.limited && self.bucket.is_low()
    }

    fn budget(&self) -> Option<&dyn Budget> {
        match self.shared {
            Some(shared) => Some(shared),
            None => self.limited.then_some(&*self.bucket),
        }
    }
}
