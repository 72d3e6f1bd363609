//! The layer behind a queue.

use super::judgement::{Judgement, judge};
use super::oneshot::Oneshot;
use super::refusal::Refusal;
use super::stats::{CheckCounters, CheckStats, add};
use super::valve::Valve;
use crate::context::{self, InContext};
use crate::sync::{Arc, Mutex, lock};
use crate::time::Instant;
use http::{Request, Response};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

/// The share of requests that may be refused because they arrived with no time left, in percent.
const VALVE: u8 = 20;

/// Refuses requests for which nobody waits any more: made by [`ContextLayer::check`](super::ContextLayer::check).
///
/// A clone counts together with the layer that it is of.
///
/// ```
/// use http::{Request, Response, StatusCode};
/// use recourse::context::http::ContextLayer;
/// use std::time::Duration;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let check = ContextLayer::check().at_least(Duration::from_millis(20));
/// let handler = service_fn(async |_: Request<()>| {
///     tokio::time::sleep(Duration::from_millis(100)).await;
///     Ok::<_, String>(Response::new(()))
/// });
/// // The queue is that of the limit: whoever waits for a permit is in it.
/// let server = ServiceBuilder::new().layer(ContextLayer::server()).concurrency_limit(1).layer(check.clone()).service(handler);
///
/// let request = || Request::builder().header("grpc-timeout", "110m").body(()).unwrap();
/// let (first, second) = tokio::join!(server.clone().oneshot(request()), server.oneshot(request()));
/// assert_eq!(first.unwrap().status(), StatusCode::OK);
/// // After 100 ms of waiting there were 10 ms left, which is less than it takes.
/// assert_eq!(second.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
/// assert_eq!(check.stats().too_little_left, 1);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is put over a service"]
pub struct CheckLayer {
    at_least: Duration,
    shadow: bool,
    valve: Arc<Mutex<Valve>>,
    counters: Arc<CheckCounters>,
}

impl CheckLayer {
    pub(super) fn new() -> Self {
        let valve = Arc::new(Mutex::new(Valve::new(VALVE)));
        Self { at_least: Duration::ZERO, shadow: false, valve, counters: Arc::default() }
    }

    /// Refuses what has less time left than this as well: the time that the work takes. Off by default.
    ///
    /// A queue that serves in the order of arrival and is overloaded has requests at its head that have just not expired. Without this the server
    /// works for callers that are gone before it is ready. What counts is how long the work takes when the server is overloaded: with half of
    /// that, half of the work is for nobody.
    pub const fn at_least(mut self, time: Duration) -> Self {
        self.at_least = time;
        self
    }

    /// Sets how many requests may be refused because they *arrived* with no time left: a percentage of the requests of the last 10 s, by
    /// default 20, at most 100. The others of them are served, without a deadline. It bounds no other refusal.
    ///
    /// That a request arrived too late is what its caller says. So one caller with an absurd setting, such as a proxy in front of everybody, is no
    /// reason to refuse everybody.
    ///
    /// The valve is a new one: layers that this one was cloned from keep theirs.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    ///
    /// // All callers are services of ours, and what they say is true.
    /// let check = ContextLayer::check().valve(100);
    /// # let _ = check;
    /// ```
    pub fn valve(mut self, percent: u8) -> Self {
        self.valve = Arc::new(Mutex::new(Valve::new(percent)));
        self
    }

    /// Counts what would be refused, and refuses nothing: to find out before it is switched on.
    ///
    /// ```
    /// use http::{Request, Response, StatusCode};
    /// use recourse::context::http::ContextLayer;
    /// use std::time::Duration;
    /// use tower::{ServiceBuilder, ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let check = ContextLayer::check().at_least(Duration::from_secs(1)).shadow();
    /// let handler = service_fn(async |_: Request<()>| Ok::<_, String>(Response::new(())));
    /// let server = ServiceBuilder::new().layer(ContextLayer::server()).layer(check.clone()).service(handler);
    ///
    /// let request = Request::builder().header("grpc-timeout", "300m").body(()).unwrap();
    /// assert_eq!(server.oneshot(request).await.unwrap().status(), StatusCode::OK);
    /// assert_eq!(check.stats().refused(), 1);
    /// # }
    /// ```
    pub const fn shadow(mut self) -> Self {
        self.shadow = true;
        self
    }

    /// Returns what was counted so far, by this layer and its clones.
    pub fn stats(&self) -> CheckStats {
        self.counters.read()
    }

    /// Counts a request, and decides about it. `None` if it is refused.
    fn admit(&self, context: context::Context) -> Option<context::Context> {
        let Self { at_least, shadow, valve, counters } = self;
        let now = Instant::now();
        add(&counters.requests);
        let mut valve = lock(valve);
        valve.count(now);
        let (counter, refuse) = match judge(context, now, *at_least) {
            Judgement::InTime => return Some(context),
            Judgement::Expired => (&counters.expired, true),
            Judgement::TooLittleLeft => (&counters.too_little_left, true),
            Judgement::ArrivedExpired if valve.may_refuse(now) => (&counters.arrived_expired, true),
            Judgement::ArrivedExpired => (&counters.let_through, false),
        };
        add(counter);
        match (shadow, refuse) {
            (true, _) => Some(context),
            (false, true) => None,
            // What its caller says is not believed: with that deadline nothing guarded would run.
            (false, false) => Some(context.without_deadline()),
        }
    }
}

impl<S> Layer<S> for CheckLayer {
    type Service = CheckService<S>;

    fn layer(&self, inner: S) -> CheckService<S> {
        CheckService { inner, layer: self.clone() }
    }
}

/// The service of a [`CheckLayer`]: ready when the service below is.
///
/// ```
/// use recourse::context::http::{CheckService, ContextLayer};
/// use tower::Layer;
///
/// let check: CheckService<()> = ContextLayer::check().layer(());
/// # let _ = check;
/// ```
#[derive(Clone, Debug)]
pub struct CheckService<S> {
    inner: S,
    layer: CheckLayer,
}

impl<S, B, Body> Service<Request<B>> for CheckService<S>
where
    S: Service<Request<B>, Response = Response<Body>> + Clone,
    Body: Default,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = CheckFuture<S, Request<B>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let context = context_of(&request);
        // The service that was made ready goes along with the request, or is given back now with what it has reserved.
        let clone = self.inner.clone();
        let ready = mem::replace(&mut self.inner, clone);
        let Some(admitted) = self.layer.admit(context) else {
            return CheckFuture { state: State::Refused { refusal: Refusal::of(&request) } };
        };
        // With what is around here: a queue behind this may be worked off by another task.
        if request.extensions().get::<context::Context>() != Some(&admitted) {
            request.extensions_mut().insert(admitted);
        }
        CheckFuture { state: State::Admitted { response: admitted.scope(Oneshot::new(ready, request)) } }
    }
}

/// The context that a server has left in the request, since a queue may be worked off by another task; and what is around, if anything is.
fn context_of<B>(request: &Request<B>) -> context::Context {
    let around = context::current();
    let Some(stamped) = request.extensions().get::<context::Context>() else { return around };
    // What stands between the server and this may have set another one, in this task. Before a queue that another task works off stands a check, too.
    let known = stamped.within_priority_of(around);
    match stamped.deadline().into_iter().chain(around.deadline()).min() {
        Some(earlier) => known.with_deadline(earlier),
        None => known,
    }
}

pin_project! {
    /// The response of a [`CheckService`]: a refusal, or that of the service below, which is called and polled in the context of the request.
    ///
    /// Dropping it drops what it waits for.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use recourse::context::http::{CheckFuture, ContextLayer};
    /// use tower::{Layer, Service, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let handler = service_fn(async |_: Request<()>| Ok::<_, String>(Response::new(7)));
    /// let response: CheckFuture<_, _> = ContextLayer::check().layer(handler).call(Request::new(()));
    /// assert_eq!(response.await.unwrap().into_body(), 7);
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct CheckFuture<S: Service<R>, R> {
        #[pin]
        state: State<S, R>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S: Service<R>, R> {
        Refused { refusal: Refusal },
        Admitted { #[pin] response: InContext<Oneshot<S, R>> },
    }
}

impl<S, R, Body> Future for CheckFuture<S, R>
where
    S: Service<R, Response = Response<Body>>,
    Body: Default,
{
    type Output = Result<Response<Body>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match self.project().state.project() {
            StateProjection::Refused { refusal } => Ok(refusal.response()),
            StateProjection::Admitted { response } => ready!(response.poll(cx)),
        })
    }
}

impl<S: Service<R>, R> fmt::Debug for CheckFuture<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Refused { refusal } => f.debug_tuple("CheckFuture").field(refusal).finish(),
            State::Admitted { response } => f.debug_tuple("CheckFuture").field(response).finish(),
        }
    }
}
