//! `a & b`: both sides run at the same time, and the first success wins.
//!
//! # Design notes
//!
//! - **A call leaves nothing reserved in the service.** A side that is not ready goes along with the response, and one
//!   that is ready and not wanted (staggered, or `None` from the fork function) gives its permit back. Otherwise a later
//!   call could wait for a permit that its own service holds.
//! - **With a stagger the right side is not polled while the left one is ready**, and reserves nothing before it starts.
//! - **A side whose `poll_ready` has failed is not polled again before the call.** Two sides that fail by turns would be
//!   polled for ever. When both have failed, one after the other, the service is ready, and the response says why it
//!   cannot go on.

use super::failure::{DEFAULT_LABELS, Failure};
use super::fork::{ByClone, Fork};
use super::policy_layer::PolicyLayer;
use super::response::ResponseFuture;
use super::same_output::SameOutput;
use super::service::ReadySlot;
use super::side::SideState;
use super::stagger::Staggered;
use super::timing::{Timing, Unstaggered};
use crate::race::Gaps;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// The layer of `a & b`: both sides over the same service, each with a clone of it.
///
/// `F` makes the request of the right side ([`Fork`]), `T` says when the second side starts ([`Timing`]).
///
/// ```
/// use recourse::algebra::{ForkJoinLayer, PolicyLayer};
/// use recourse::layers::{retry, timeout};
/// use std::time::Duration;
///
/// # fn main() -> Result<(), recourse::policy::TextError> {
/// let (patient, quick) = (retry("3 attempts".parse()?), timeout(Duration::from_millis(50)));
/// let by_operator = patient.clone() & quick.clone();
/// let by_name = PolicyLayer(ForkJoinLayer::new(patient.0, quick.0));
/// # fn same<T>(_: T, _: T) {}
/// # same(by_operator, by_name);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForkJoinLayer<A, B, F = ByClone, T = Unstaggered> {
    left: A,
    right: B,
    fork: F,
    timing: T,
    labels: [&'static str; 2],
}

impl<A, B> ForkJoinLayer<A, B> {
    /// Makes a layer that starts both sides at once, the right one with a clone of the request.
    #[must_use = "a layer does nothing until it is put over a service"]
    pub const fn new(left: A, right: B) -> Self {
        Self { left, right, fork: ByClone, timing: Unstaggered, labels: DEFAULT_LABELS }
    }
}

impl<A, B, F, T> PolicyLayer<ForkJoinLayer<A, B, F, T>> {
    /// Starts the right side after a gap, or at once when the left one fails.
    ///
    /// When only the right side is ready, that one goes first, and the left one waits for the gap. The gap begins with
    /// the first poll of the response. The schedule is that of [`race!`](crate::race!), of which two sides use the first
    /// gap.
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use std::time::Duration;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let start = tokio::time::Instant::now();
    /// let policy = (PolicyLayer::bare() & PolicyLayer::bare()).stagger(Duration::from_millis(250));
    /// let service = policy.layer(service_fn(async |_: ()| {
    ///     // The first request hangs, and every later one is answered.
    ///     if start.elapsed().is_zero() { std::future::pending().await } else { Ok::<_, std::io::Error>("hello") }
    /// }));
    /// assert_eq!(service.oneshot(()).await.unwrap(), "hello");
    /// assert_eq!(start.elapsed(), Duration::from_millis(250));
    /// # }
    /// ```
    pub fn stagger<G: Gaps + Clone>(self, gaps: G) -> PolicyLayer<ForkJoinLayer<A, B, F, Staggered<G>>> {
        let ForkJoinLayer { left, right, fork, labels, .. } = self.0;
        PolicyLayer(ForkJoinLayer { left, right, fork, timing: Staggered::new(gaps), labels })
    }

    /// Names the sides, for the entries of a [`Failure`].
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let policy = (PolicyLayer::bare() & PolicyLayer::bare()).label("v6", "v4");
    /// let failure = policy.layer(service_fn(async |_: ()| Err::<(), _>("refused"))).oneshot(()).await.unwrap_err();
    /// assert_eq!(failure.to_string(), "no side succeeded: v6: refused; v4: refused");
    /// # }
    /// ```
    pub fn label(self, left: &'static str, right: &'static str) -> Self {
        PolicyLayer(ForkJoinLayer { labels: [left, right], ..self.0 })
    }

    /// Makes the request of the right side by a function instead of by `Clone`. `None` means that only the left side may
    /// have one.
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// struct Upload(&'static str);
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let policy = (PolicyLayer::bare() & PolicyLayer::bare()).fork(|Upload(name): &Upload| Some(Upload(name)));
    /// let service = policy.layer(service_fn(async |Upload(name): Upload| Ok::<_, std::io::Error>(name.len())));
    /// assert_eq!(service.oneshot(Upload("ada.txt")).await.unwrap(), 7);
    /// # }
    /// ```
    pub fn fork<R, G>(self, fork: G) -> PolicyLayer<ForkJoinLayer<A, B, G, T>>
    where
        G: Fn(&R) -> Option<R>,
    {
        let ForkJoinLayer { left, right, timing, labels, .. } = self.0;
        PolicyLayer(ForkJoinLayer { left, right, fork, timing, labels })
    }
}

impl<S, A, B, F, T> Layer<S> for ForkJoinLayer<A, B, F, T>
where
    S: Clone,
    A: Layer<S>,
    B: Layer<S>,
    F: Clone,
    T: Clone,
{
    type Service = ForkJoinService<A::Service, B::Service, F, T>;

    fn layer(&self, service: S) -> Self::Service {
        ForkJoinService {
            // The right side gets the service itself, so a tree of n leaves clones it n - 1 times.
            left: ReadySlot::new(self.left.layer(service.clone())),
            right: ReadySlot::new(self.right.layer(service)),
            fork: self.fork.clone(),
            timing: self.timing.clone(),
            labels: self.labels,
        }
    }
}

/// The service of `a & b`. Ready as soon as one side is.
///
/// A call takes along what is reserved: after it, the service holds no permit and no place in a queue.
///
/// ```
/// use recourse::algebra::{ForkJoinService, Leaf, PolicyLayer};
/// use std::future::{Ready, ready};
/// use tower::util::ServiceFn;
/// use tower::service_fn;
///
/// type Client = ServiceFn<fn(u32) -> Ready<Result<u32, String>>>;
/// struct Users(ForkJoinService<Leaf<Client>, Leaf<Client>>);
///
/// let client: Client = service_fn(|id| ready(Ok(id)));
/// let users = Users((PolicyLayer::bare() & PolicyLayer::bare()).layer(client));
/// # let _ = users.0;
/// ```
#[derive(Debug)]
pub struct ForkJoinService<A, B, F = ByClone, T = Unstaggered> {
    left: ReadySlot<A>,
    right: ReadySlot<B>,
    fork: F,
    timing: T,
    labels: [&'static str; 2],
}

/// A clone is not ready, even when the original is.
impl<A: Clone, B: Clone, F: Clone, T: Clone> Clone for ForkJoinService<A, B, F, T> {
    fn clone(&self) -> Self {
        let Self { left, right, fork, timing, labels } = self;
        Self { left: left.clone(), right: right.clone(), fork: fork.clone(), timing: timing.clone(), labels: *labels }
    }
}

impl<A, B, F, T, R> Service<R> for ForkJoinService<A, B, F, T>
where
    A: SameOutput<B, R> + Clone,
    B: Service<R> + Clone,
    F: Fork<R>,
    T: Timing,
{
    type Response = A::Response;
    type Error = Failure<A::Inner>;
    type Future = ResponseFuture<A, B, R, T::Delay>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let left = self.left.poll_ready_until_failure(cx);
        // The right side starts later, so it must not hold a permit while it waits for its gap.
        if !T::AT_ONCE && matches!(left, Poll::Ready(Ok(()))) {
            self.right.release();
            return Poll::Ready(Ok(()));
        }
        match (left, self.right.poll_ready_until_failure(cx)) {
            (Poll::Ready(Err(left)), Poll::Ready(Err(right))) => {
                // The caller is told now, so both sides start afresh.
                self.left.release();
                self.right.release();
                Poll::Ready(Err(Failure::both(self.labels, A::left_failure(left), A::right_failure(right))))
            }
            (Poll::Ready(Ok(())), _) | (_, Poll::Ready(Ok(()))) => Poll::Ready(Ok(())),
            // They failed in different polls. The earlier failure is gone, but the response polls both again and lists both.
            _ if self.left.has_failed() && self.right.has_failed() => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    }

    fn call(&mut self, request: R) -> Self::Future {
        let Self { left, right, fork, timing, labels } = self;
        let (left, right) = match fork.fork(&request) {
            // Nobody but the left side may have the request, so the left side gets it even when only the right one is ready.
            None => {
                right.release();
                (SideState::from_slot(left, request), SideState::Done)
            }
            Some(forked) if T::AT_ONCE => (SideState::from_slot(left, request), SideState::from_slot(right, forked)),
            // The side that is ready goes first, whichever it is; the other one waits for the gap with nothing reserved.
            Some(forked) if right.is_ready() && !left.is_ready() => {
                let waiting = SideState::Waiting { service: left.release_and_clone(), request };
                (waiting, SideState::from_slot(right, forked))
            }
            Some(forked) => {
                let running = SideState::from_slot(left, request);
                (running, SideState::Waiting { service: right.release_and_clone(), request: forked })
            }
        };
        ResponseFuture::new(left, right, timing.delay(), *labels)
    }
}
