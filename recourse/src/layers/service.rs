//! The service of a layer, and its response: a call through the engine.
//!
//! # Design notes
//!
//! - **A response owns the service that was made ready**, and a clone takes its place: one clone a call, as in tower's
//!   retry. The service is called at the first poll, when the circuit has been asked; tower's retry calls it before.
//! - **A service that is not ready is not waited for while the circuit is open.** Calls would queue for the permits of
//!   calls that hang, instead of failing fast.
//! - **An error of `poll_ready` is passed on** before the first attempt, as tower's middleware expects: its balancer
//!   drops such a service. In a further attempt it is a failure like any other.

use super::attempts::Attempts;
use super::classifier::LayerClassifier;
use super::repeat::Repeat;
use crate::algebra::service::{Attempt, ReadySlot};
use crate::algebra::{ByClone, Failure};
use crate::call::{Classifier, Driven};
use crate::context::Priority;
use crate::executor::KeptSite;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

/// The service of a [`ResilientLayer`](super::ResilientLayer), and so of a `retry`, `timeout`, `circuit` or `hedge`.
///
/// Ready when the service below is. The first attempt calls the very service that was made ready. A further attempt has a
/// clone, which gets ready as part of the attempt, so a timeout of the layer covers that, too.
///
/// An error of `poll_ready` is passed on unchanged; only in a further attempt it is a failure like any other. While the
/// circuit is open, a service that is not ready is not waited for, since the call is about to be rejected; a caller that
/// waits already goes on waiting.
///
/// ```
/// use recourse::algebra::Leaf;
/// use recourse::layers::{Once, Resilient, timeout};
/// use std::future::{Ready, ready};
/// use std::time::Duration;
/// use tower::util::ServiceFn;
/// use tower::service_fn;
///
/// type Client = ServiceFn<fn(u32) -> Ready<Result<u32, String>>>;
/// struct Users(Resilient<Leaf<Client>, Once>);
///
/// let client: Client = service_fn(|id| ready(Ok(id)));
/// let users = Users(timeout(Duration::from_secs(1)).layer(client));
/// # let _ = users.0;
/// ```
#[derive(Clone, Debug)]
pub struct Resilient<S, F = ByClone, C = LayerClassifier> {
    slot: ReadySlot<S>,
    site: KeptSite,
    priority: Option<Priority>,
    fork: F,
    classifier: C,
}

impl<S, F, C> Resilient<S, F, C> {
    pub(super) const fn new(service: S, site: KeptSite, priority: Option<Priority>, fork: F, classifier: C) -> Self {
        Self { slot: ReadySlot::new(service), site, priority, fork, classifier }
    }
}

impl<S, F, C, R, E> Service<R> for Resilient<S, F, C>
where
    S: Service<R, Error = Failure<E>> + Clone,
    F: Repeat<R> + Clone,
    C: Classifier<Result<S::Response, Failure<E>>> + Copy,
{
    type Response = S::Response;
    type Error = Failure<E>;
    type Future = ResilientFuture<S, R, F, C>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure<E>>> {
        // The service is polled first. A refusal matters only to a caller that would have to wait.
        match self.slot.poll_ready(cx) {
            Poll::Pending if self.site.refuses() => {
                self.slot.bypass();
                Poll::Ready(Ok(()))
            }
            polled => polled,
        }
    }

    fn call(&mut self, request: R) -> Self::Future {
        let Self { slot, site, priority, fork, classifier } = self;
        // Asked before the service is taken, which leaves the slot idle. A bypassed service is not ready: it is polled again if
        // the circuit lets the call go after all.
        let ready = slot.is_ready();
        let attempts = Attempts::new(slot.take(), ready, request, fork.clone());
        ResilientFuture { call: Driven::new(site.current(), *priority, attempts, *classifier) }
    }
}

pin_project! {
    /// The response of a [`Resilient`] service.
    ///
    /// The service is called when the response is first polled, after the circuit was asked. The response is `Send` if
    /// the service, its own response, the request and the values they give are. Nothing is boxed but hedges, when they
    /// start.
    ///
    /// ```
    /// use recourse::layers::timeout;
    /// use std::time::Duration;
    /// use tower::{Service, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let client = service_fn(async |id: u32| Ok::<_, std::io::Error>(format!("user {id}")));
    /// let mut service = timeout(Duration::from_secs(1)).layer(client);
    /// std::future::poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
    /// let response = service.call(7);
    /// assert_eq!(response.await.unwrap(), "user 7");
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the response drops the attempts that run, and gives back what the call holds: permits of the service, a
    /// probe of the circuit, a retry that was paid for and never started. Nothing was spawned.
    ///
    /// # Panics
    ///
    /// Polling panics after the response has returned its result. A panic of the service goes on to the caller, after the
    /// call has ended and was counted as a failure.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResilientFuture<S, R, F, C>
    where
        S: Service<R>,
        C: Classifier<Result<S::Response, S::Error>>,
        C: Copy,
    {
        #[pin]
        call: Driven<Attempts<S, R, F>, Attempt<S, R>, C>,
    }
}

impl<S, R, F, C> Future for ResilientFuture<S, R, F, C>
where
    S: Service<R> + Clone,
    F: Repeat<R>,
    C: Classifier<Result<S::Response, S::Error>> + Copy,
{
    type Output = Result<S::Response, S::Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().call.poll(cx)
    }
}

impl<S, R, F, C> fmt::Debug for ResilientFuture<S, R, F, C>
where
    S: Service<R>,
    C: Classifier<Result<S::Response, S::Error>> + Copy,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResilientFuture").field(&self.call).finish()
    }
}
