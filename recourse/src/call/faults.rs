//! Faults that a test injects into attempts, in place of their bodies: see [`testing`](crate::testing).

use crate::call::data::CallData;
use crate::call::lifecycle::CallView;
use crate::call::state::Faulted;
use crate::error::RejectionKind;
use crate::executor::FaultKind;
use std::pin::Pin;
use std::task::{Context, Poll};

impl CallData {
    /// Polls the fault of the primary; `None` if the body is to be polled.
    #[inline]
    pub(super) fn primary_fault(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Faulted> {
        if self.has_state() { self.view().fault(None, cx) } else { None }
    }
}

impl CallView<'_> {
    /// Polls the fault of an attempt, the primary or the hedge of this number; `None` if the body is to be polled.
    #[cold]
    pub(super) fn fault(&mut self, hedge: Option<u8>, cx: &mut Context<'_>) -> Option<Faulted> {
        let site = self.site;
        let timed = self.state.as_mut().as_pin_mut()?;
        let state = timed.project().state;
        let attempt = hedge.unwrap_or_else(|| state.primary().0);
        let faults = state.faults()?;
        let index = faults.iter().position(|fault| fault.attempt == attempt)?;
        if faults[index].is_over(cx) {
            faults.remove(index);
            return None;
        }
        let FaultKind::Fail(class) = faults[index].kind else { return Some(Poll::Pending) };
        faults.remove(index);
        Some(Poll::Ready((class, state.rejection(site, RejectionKind::Injected, None))))
    }
}
