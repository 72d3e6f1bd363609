//! The layer of a server.

use super::oneshot::Oneshot;
use super::propagator::Propagator;
use super::route::Route;
use super::stats::{ServerCounters, ServerStats};
use crate::context::{InContext, Priority};
use crate::sync::Arc;
use crate::time::Instant;
use http::Request;
use http::request::Parts;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

/// Lets a server know how long its clients wait: made by [`ContextLayer::server`](super::ContextLayer::server).
///
/// A clone counts together with the layer that it is of.
///
/// ```
/// use http::{Request, Response};
/// use recourse::context::{self, http::ContextLayer};
/// use std::time::Duration;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let layer = ContextLayer::server();
/// let handler = service_fn(async |_: Request<()>| Ok::<_, String>(Response::new(context::remaining())));
/// let server = ServiceBuilder::new().layer(layer.clone()).service(handler);
///
/// let request = Request::builder().header("grpc-timeout", "300m").body(()).unwrap();
/// assert_eq!(server.oneshot(request).await.unwrap().into_body(), Some(Duration::from_millis(300)));
/// assert_eq!(layer.stats().with_deadline, 1);
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is put over a service"]
pub struct ServerLayer {
    propagator: Propagator,
    route: Option<Route>,
    counters: Arc<ServerCounters>,
}

impl ServerLayer {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Sets the longest deadline that is believed. What is beyond it counts as none, and in [`ServerStats::too_long`]. 1 h by default.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    ///
    /// // Nobody waits for this service for longer than a minute.
    /// let layer = ContextLayer::server().longest(std::time::Duration::from_secs(60));
    /// # let _ = layer;
    /// ```
    pub fn longest(mut self, longest: Duration) -> Self {
        self.propagator = self.propagator.longest(longest);
        self
    }

    /// Reads the priority of a request from its header; see [`Propagator::priority`]. Not read by default: only if those that send requests are
    /// trusted to say how much these matter.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    ///
    /// let layer = ContextLayer::server().priority(true);
    /// # let _ = layer;
    /// ```
    pub fn priority(mut self, read: bool) -> Self {
        self.propagator = self.propagator.priority(read);
        self
    }

    /// Sets the priority of a request by a function, for all that is guarded in its handler: by its route, or by who sent it. `None` leaves what the
    /// header says, if that is [read](Self::priority). If the server has a limit of its own, put this layer around that: then it refuses by priority, too,
    /// and a request has cost least if it is refused there.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use recourse::context::{self, Priority, http::ContextLayer};
    /// use tower::{ServiceBuilder, ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let layer = ContextLayer::server().priority_by(|request| match request.uri.path() {
    ///     "/checkout" => Some(Priority::Critical),
    ///     "/prefetch" => Some(Priority::Sheddable),
    ///     _ => None,
    /// });
    /// let handler = service_fn(async |_: Request<()>| Ok::<_, String>(Response::new(context::priority())));
    /// let server = ServiceBuilder::new().layer(layer).service(handler);
    ///
    /// let request = Request::get("/prefetch").body(()).unwrap();
    /// assert_eq!(server.oneshot(request).await.unwrap().into_body(), Some(Priority::Sheddable));
    /// # }
    /// ```
    pub fn priority_by(mut self, route: impl Fn(&Parts) -> Option<Priority> + Send + Sync + 'static) -> Self {
        self.route = Some(Route::new(route));
        self
    }

    /// Returns what was counted so far, by this layer and its clones.
    pub fn stats(&self) -> ServerStats {
        self.counters.read()
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = ServerService<S>;

    fn layer(&self, inner: S) -> ServerService<S> {
        ServerService { inner, layer: self.clone() }
    }
}

/// The service of a [`ServerLayer`].
///
/// Always ready: a request is stamped before it waits for the service below, which is part of the response. An error of that service's
/// `poll_ready` is an error of the response.
///
/// ```
/// use recourse::context::http::{ContextLayer, ServerService};
/// use tower::Layer;
///
/// let server: ServerService<()> = ContextLayer::server().layer(());
/// # let _ = server;
/// ```
#[derive(Clone, Debug)]
pub struct ServerService<S> {
    inner: S,
    layer: ServerLayer,
}

impl<S, B> Service<Request<B>> for ServerService<S>
where
    S: Service<Request<B>> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ServerFuture<S, Request<B>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let arrived = Instant::now();
        let received = self.layer.propagator.extract(request.headers());
        self.layer.counters.count(received);
        let mut context = received.context(arrived);
        if let Some(route) = &self.layer.route {
            // The function sees all of a request but its body, whose type it does not know.
            let (parts, body) = request.into_parts();
            if let Some(priority) = route.priority(&parts) {
                context = context.with_priority(priority);
            }
            request = Request::from_parts(parts, body);
        }
        // For code behind a queue, which may be another task.
        request.extensions_mut().insert(context);
        request.extensions_mut().insert(received);
        ServerFuture { response: context.scope(Oneshot::new(self.inner.clone(), request)) }
    }
}

pin_project! {
    /// The response of a [`ServerService`]: waits for the service below, calls it and polls its response, all in the context of the request.
    ///
    /// Dropping it drops what it waits for.
    ///
    /// ```
    /// use recourse::context::http::{ContextLayer, ServerFuture};
    /// use tower::{Layer, Service, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let handler = service_fn(async |_: http::Request<()>| Ok::<_, String>(7));
    /// let response: ServerFuture<_, _> = ContextLayer::server().layer(handler).call(http::Request::new(()));
    /// assert_eq!(response.await, Ok(7));
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct ServerFuture<S: Service<R>, R> {
        #[pin]
        response: InContext<Oneshot<S, R>>,
    }
}

impl<S: Service<R>, R> Future for ServerFuture<S, R> {
    type Output = Result<S::Response, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().response.poll(cx)
    }
}

impl<S: Service<R>, R> fmt::Debug for ServerFuture<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerFuture").field("response", &self.response).finish()
    }
}
