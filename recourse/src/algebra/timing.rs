//! When the side that waits is started: at once, or after the other side has failed. [`stagger`](super::stagger) has the
//! third way, after a gap.

use std::pin::Pin;
use std::task::{Context, Poll};

/// When the second side of `&` starts: at once ([`Unstaggered`]) or after a gap ([`Staggered`](super::Staggered)).
///
/// The trait is sealed. Name it in a function that takes both kinds of `&`:
///
/// ```
/// use recourse::algebra::{ByClone, ForkJoinLayer, PolicyLayer, Timing};
/// use std::time::Duration;
///
/// type ForkJoin<A, B, T> = PolicyLayer<ForkJoinLayer<A, B, ByClone, T>>;
///
/// fn named<A, B, T: Timing>(policy: ForkJoin<A, B, T>) -> ForkJoin<A, B, T> {
///     policy.label("v6", "v4")
/// }
///
/// let at_once = PolicyLayer::bare() & PolicyLayer::bare();
/// let _ = (named(at_once), named(at_once.stagger(Duration::from_millis(250))));
/// ```
pub trait Timing: sealed::Timing {}

impl<T: sealed::Timing> Timing for T {}

pub(super) mod sealed {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    /// The part of the layer and of the service.
    pub trait Timing {
        /// True when both sides start at once, so that no side ever waits.
        const AT_ONCE: bool;
        /// The part of the response.
        type Delay: StartDelay;
        /// Makes the delay of one response.
        fn delay(&self) -> Self::Delay;
    }

    /// Decides, within one response, when the waiting side starts.
    pub trait StartDelay {
        /// Is ready when the waiting side is to start. `failed` tells that the other side has failed.
        fn poll_start(self: Pin<&mut Self>, failed: bool, cx: &mut Context<'_>) -> Poll<()>;
        /// Drops the timer, when the response is complete.
        fn cancel(self: Pin<&mut Self>) {}
    }
}

pub(super) use sealed::StartDelay;

/// Both sides of `&` start at once, which is what `&` does without [`stagger`](super::PolicyLayer::stagger).
///
/// ```
/// use recourse::algebra::{Bare, ByClone, ForkJoinLayer, PolicyLayer, Unstaggered};
///
/// let _: PolicyLayer<ForkJoinLayer<Bare, Bare, ByClone, Unstaggered>> = PolicyLayer::bare() & PolicyLayer::bare();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unstaggered;

impl sealed::Timing for Unstaggered {
    const AT_ONCE: bool = true;
    type Delay = Self;

    fn delay(&self) -> Self {
        Self
    }
}

impl StartDelay for Unstaggered {
    #[inline]
    fn poll_start(self: Pin<&mut Self>, _: bool, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

/// The waiting side starts when the other one has failed: the delay of `|`.
#[derive(Clone, Copy, Debug)]
pub struct AfterFailure;

impl StartDelay for AfterFailure {
    #[inline]
    fn poll_start(self: Pin<&mut Self>, failed: bool, _: &mut Context<'_>) -> Poll<()> {
        // No waker is needed: `failed` changes only within a poll of the same response, which asks again.
        if failed { Poll::Ready(()) } else { Poll::Pending }
    }
}
