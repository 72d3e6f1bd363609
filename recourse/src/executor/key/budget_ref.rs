//! A reference to the budget that pays for retries, or for hedges.

use crate::budget::{Budget, TokenBucket};
use crate::circuit::catch_if_unwinding;
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::BudgetPolicy;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The budget of a call site: that of its key, a shared one of the user's, or none.
///
/// # Design notes
///
/// The success of a first attempt deposits into the budget, and that is part of nearly every call. So it asks one question only, whether
/// the bucket is full, and never which kind of budget this is. If there is no budget, `bucket` is one that stays full. If the
/// user's own budget is in force, `bucket` is one that is never full, so that the user's budget is always told.
#[derive(Debug)]
pub(crate) struct BudgetRef {
    bucket: Arc<TokenBucket>,
    own: Option<&'static dyn Budget>,
    limited: bool,
}

impl BudgetRef {
    pub(in crate::executor) fn unlimited() -> Self {
        Self { bucket: Arc::new(TokenBucket::new(BudgetPolicy::none())), own: None, limited: false }
    }

    pub(in crate::executor) fn own(budget: &'static dyn Budget) -> Self {
        Self { bucket: Arc::new(TokenBucket::never_full()), own: Some(budget), limited: true }
    }

    pub(in crate::executor) fn of_key(bucket: Arc<TokenBucket>) -> Self {
        Self { bucket, own: None, limited: true }
    }

    /// Deposits the share of a call that succeeded without a retry.
    #[inline]
    pub(crate) fn deposit(&self) {
        if !self.bucket.is_full() {
            self.deposit_into_budget();
        }
    }

    #[cold]
    #[inline(never)]
    fn deposit_into_budget(&self) {
        if let Some(budget) = self.budget() {
            budget.deposit();
        }
    }

    /// False if there is no budget to ask, and so no clock to read for it.
    pub(crate) const fn is_limited(&self) -> bool {
        self.limited
    }

    /// Withdraws the price of one retry or hedge. False if the budget does not have it.
    pub(crate) fn withdraw(&self, now: Instant) -> bool {
        self.budget().is_none_or(|budget| budget.withdraw(now))
    }

    /// Gives back what was withdrawn and not used. Often because a call was dropped, perhaps by a panic.
    ///
    /// # Panics
    ///
    /// A panic of the budget goes on to the caller, unless another panic is on its way there already.
    pub(crate) fn refund(&self) {
        if let Some(budget) = self.budget() {
            catch_if_unwinding(|| budget.refund());
        }
    }

    /// Returns the retries or hedges that are left, for people. `None` without a budget, or if one of the user's panics.
    pub(crate) fn left(&self) -> Option<u32> {
        let budget = self.budget()?;
        catch_unwind(AssertUnwindSafe(|| budget.balance())).ok()
    }

    /// True while less than a quarter of the full budget is left. A budget of the user's does not say how much is left.
    pub(crate) fn is_low(&self) -> bool {
        self.limited && self.own.is_none() && self.bucket.is_low()
    }

    fn budget(&self) -> Option<&dyn Budget> {
        match self.own {
            Some(own) => Some(own),
            None => self.limited.then_some(&*self.bucket),
        }
    }
}
