//! `a | b`: the left side runs alone, and the right one when it fails.
//!
//! # Design notes
//!
//! - **A left side that is not ready has not failed.** `a | b` passes its back-pressure on instead of asking the right
//!   side.
//! - **A left side whose `poll_ready` fails makes the right one go first.** The service does not wait for a second
//!   failure: it says that it is ready, and the response starts with the right side. Only when that fails, too, a clone
//!   of the left one is asked, and its failure becomes an entry; one that has recovered by then may win.

use super::failure::{DEFAULT_LABELS, Failure};
use super::fork::{ByClone, Fork};
use super::policy_layer::PolicyLayer;
use super::response::ResponseFuture;
use super::same_output::SameOutput;
use super::service::ReadySlot;
use super::side::SideState;
use super::timing::AfterFailure;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// The layer of `a | b`: both sides over the same service, each with a clone of it.
///
/// `F` makes the request of the right side ([`Fork`]).
///
/// ```
/// use recourse::algebra::{FallbackLayer, PolicyLayer};
/// use recourse::layers::{retry, timeout};
/// use std::time::Duration;
///
/// # fn main() -> Result<(), recourse::policy::TextError> {
/// let (quick, patient) = (timeout(Duration::from_millis(50)), retry("3 attempts".parse()?));
/// let by_operator = quick.clone() | patient.clone();
/// let by_name = PolicyLayer(FallbackLayer::new(quick.0, patient.0));
/// # fn same<T>(_: T, _: T) {}
/// # same(by_operator, by_name);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FallbackLayer<A, B, F = ByClone> {
    left: A,
    right: B,
    fork: F,
    labels: [&'static str; 2],
}

impl<A, B> FallbackLayer<A, B> {
    /// Makes a layer that gives the right side a clone of the request.
    #[must_use = "a layer does nothing until it is put over a service"]
    pub const fn new(left: A, right: B) -> Self {
        Self { left, right, fork: ByClone, labels: DEFAULT_LABELS }
    }
}

impl<A, B, F> PolicyLayer<FallbackLayer<A, B, F>> {
    /// Names the sides, for the entries of a [`Failure`].
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let policy = (PolicyLayer::bare() | PolicyLayer::bare()).label("near", "far");
    /// let failure = policy.layer(service_fn(async |_: ()| Err::<(), _>("refused"))).oneshot(()).await.unwrap_err();
    /// assert_eq!(failure.to_string(), "no side succeeded: near: refused; far: refused");
    /// # }
    /// ```
    pub fn label(self, left: &'static str, right: &'static str) -> Self {
        PolicyLayer(FallbackLayer { labels: [left, right], ..self.0 })
    }

    /// Makes the request of the right side by a function instead of by `Clone`, before the left side gets its own. `None`
    /// means that only the left side may have one.
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use std::cell::Cell;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// /// A request that must not be sent twice.
    /// struct Payment;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let sent = Cell::new(0);
    /// let bank = service_fn(async |_: Payment| {
    ///     sent.set(sent.get() + 1);
    ///     Err::<(), _>("connection reset")
    /// });
    /// let policy = (PolicyLayer::bare() | PolicyLayer::bare()).fork(|_: &Payment| None);
    /// assert!(policy.layer(bank).oneshot(Payment).await.is_err());
    /// assert_eq!(sent.get(), 1);
    /// # }
    /// ```
    pub fn fork<R, G>(self, fork: G) -> PolicyLayer<FallbackLayer<A, B, G>>
    where
        G: Fn(&R) -> Option<R>,
    {
        let FallbackLayer { left, right, labels, .. } = self.0;
        PolicyLayer(FallbackLayer { left, right, fork, labels })
    }
}

impl<S, A, B, F> Layer<S> for FallbackLayer<A, B, F>
where
    S: Clone,
    A: Layer<S>,
    B: Layer<S>,
    F: Clone,
{
    type Service = FallbackService<A::Service, B::Service, F>;

    fn layer(&self, service: S) -> Self::Service {
        FallbackService {
            left: ReadySlot::new(self.left.layer(service.clone())),
            right: self.right.layer(service),
            fork: self.fork.clone(),
            labels: self.labels,
        }
    }
}

/// The service of `a | b`. Ready when the left side is, or when that has failed; the right side gets ready in the
/// response, if it is needed there.
///
/// ```
/// use recourse::algebra::{FallbackService, Leaf, PolicyLayer};
/// use std::future::{Ready, ready};
/// use tower::util::ServiceFn;
/// use tower::service_fn;
///
/// type Client = ServiceFn<fn(u32) -> Ready<Result<u32, String>>>;
/// struct Users(FallbackService<Leaf<Client>, Leaf<Client>>);
///
/// let client: Client = service_fn(|id| ready(Ok(id)));
/// let users = Users((PolicyLayer::bare() | PolicyLayer::bare()).layer(client));
/// # let _ = users.0;
/// ```
#[derive(Debug)]
pub struct FallbackService<A, B, F = ByClone> {
    left: ReadySlot<A>,
    right: B,
    fork: F,
    labels: [&'static str; 2],
}

/// A clone is not ready, even when the original is.
impl<A: Clone, B: Clone, F: Clone> Clone for FallbackService<A, B, F> {
    fn clone(&self) -> Self {
        let Self { left, right, fork, labels } = self;
        Self { left: left.clone(), right: right.clone(), fork: fork.clone(), labels: *labels }
    }
}

impl<A, B, F, R> Service<R> for FallbackService<A, B, F>
where
    A: SameOutput<B, R> + Clone,
    B: Service<R> + Clone,
    F: Fork<R>,
{
    type Response = A::Response;
    type Error = Failure<A::Inner>;
    type Future = ResponseFuture<A, B, R, AfterFailure>;

    /// Never fails: when the left side does, the right one is called.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        if !self.left.has_failed() {
            // The slot remembers a failure; `call` below acts on it.
            let _ = ready!(self.left.poll_ready(cx));
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> Self::Future {
        let Self { left, right, fork, labels } = self;
        let (left, right) = match fork.fork(&request) {
            // Nobody but the left side may have the request, even when that has failed to get ready.
            None => (SideState::from_slot(left, request), SideState::Done),
            // The sides change places: the left one waits for a failure of the right one. Its own failure is gone, and a clone
            // that fails again says in the response what is listed.
            Some(forked) if left.has_failed() => {
                let waiting = SideState::Waiting { service: left.release_and_clone(), request };
                (waiting, SideState::running(right.clone(), forked))
            }
            Some(forked) => {
                let running = SideState::from_slot(left, request);
                (running, SideState::Waiting { service: right.clone(), request: forked })
            }
        };
        ResponseFuture::new(left, right, AfterFailure, *labels)
    }
}
