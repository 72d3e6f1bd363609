//! The layer of a client.

use super::propagator::Propagator;
use http::Request;
use http::header::HeaderMap;
use std::task::{Context, Poll};
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

/// Finds the headers of a request. Every `fn(&mut Request) -> &mut HeaderMap` does, and [`HeadersOfHttp`] for the requests of the crate
/// `http`.
///
/// ```
/// use http::HeaderMap;
/// use recourse::context::http::HeadersOf;
///
/// fn all(headers: &mut HeaderMap) -> &mut HeaderMap {
///     headers
/// }
/// assert!(all.headers_of(&mut HeaderMap::new()).is_empty());
/// ```
pub trait HeadersOf<R> {
    /// Returns the headers of the request.
    fn headers_of<'r>(&self, request: &'r mut R) -> &'r mut HeaderMap;
}

/// Finds the headers of a request of the crate `http`, which hyper, axum and tonic use.
///
/// ```
/// use recourse::context::http::{HeadersOf, HeadersOfHttp};
///
/// assert!(HeadersOfHttp::default().headers_of(&mut http::Request::new(())).is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeadersOfHttp;

impl<B> HeadersOf<Request<B>> for HeadersOfHttp {
    fn headers_of<'r>(&self, request: &'r mut Request<B>) -> &'r mut HeaderMap {
        request.headers_mut()
    }
}

impl<R, F: Fn(&mut R) -> &mut HeaderMap> HeadersOf<R> for F {
    fn headers_of<'r>(&self, request: &'r mut R) -> &'r mut HeaderMap {
        self(request)
    }
}

/// Tells a server how long its client waits: made by [`ContextLayer::client`](super::ContextLayer::client).
///
/// ```
/// use http::{Request, Response};
/// use recourse::context::{self, http::ContextLayer};
/// use std::time::Duration;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let server = service_fn(async |request: Request<()>| Ok::<_, String>(Response::new(request.headers()["grpc-timeout"].clone())));
/// let client = ServiceBuilder::new().layer(ContextLayer::client()).service(server);
/// let sent = context::within(Duration::from_millis(300), client.oneshot(Request::new(()))).await;
/// // Less 5 ms for the way, in microseconds.
/// assert_eq!(sent.unwrap().body(), "295000u");
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "a layer does nothing until it is put over a service"]
pub struct ClientLayer<H = HeadersOfHttp> {
    propagator: Propagator,
    headers_of: H,
}

impl ClientLayer {
    pub(super) const fn new() -> Self {
        Self { propagator: Propagator::new(), headers_of: HeadersOfHttp }
    }
}

impl<H> ClientLayer<H> {
    /// Sets the time for the way to the server and back, which is taken off of what is sent. 5 ms by default.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    /// use std::time::Duration;
    ///
    /// // Another continent: what is sent is 80 ms less than what is left here.
    /// let client = ContextLayer::client().margin(Duration::from_millis(80));
    /// # let _ = client;
    /// ```
    pub const fn margin(mut self, margin: Duration) -> Self {
        self.propagator = self.propagator.margin(margin);
        self
    }

    /// Sends the identity of the call with each of its attempts; see [`Propagator::idempotency_key`]. Not sent by default.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    ///
    /// let client = ContextLayer::client().idempotency_key(true);
    /// # let _ = client;
    /// ```
    pub const fn idempotency_key(mut self, sent: bool) -> Self {
        self.propagator = self.propagator.idempotency_key(sent);
        self
    }

    /// Sends the priority; see [`Propagator::priority`]. Not sent by default.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    ///
    /// let client = ContextLayer::client().priority(true);
    /// # let _ = client;
    /// ```
    pub const fn priority(mut self, sent: bool) -> Self {
        self.propagator = self.propagator.priority(sent);
        self
    }

    /// Finds the headers of requests that are not those of the crate `http`: `reqwest::Request::headers_mut`.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use recourse::context::http::ContextLayer;
    ///
    /// /// As reqwest has one.
    /// struct Request(HeaderMap);
    ///
    /// impl Request {
    ///     fn headers_mut(&mut self) -> &mut HeaderMap {
    ///         &mut self.0
    ///     }
    /// }
    ///
    /// let layer = ContextLayer::client().headers_of(Request::headers_mut);
    /// # let _ = layer;
    /// ```
    pub fn headers_of<R, G: Fn(&mut R) -> &mut HeaderMap>(self, headers_of: G) -> ClientLayer<G> {
        ClientLayer { propagator: self.propagator, headers_of }
    }
}

impl<S, H: Clone> Layer<S> for ClientLayer<H> {
    type Service = ClientService<S, H>;

    fn layer(&self, inner: S) -> Self::Service {
        ClientService { inner, layer: self.clone() }
    }
}

/// The service of a [`ClientLayer`]: writes to a request what is left when it is called.
///
/// ```
/// use recourse::context::http::{ClientService, ContextLayer};
/// use tower::Layer;
///
/// let client: ClientService<()> = ContextLayer::client().layer(());
/// # let _ = client;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ClientService<S, H = HeadersOfHttp> {
    inner: S,
    layer: ClientLayer<H>,
}

impl<S: Service<R>, R, H: HeadersOf<R>> Service<R> for ClientService<S, H> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: R) -> S::Future {
        let ClientLayer { propagator, headers_of } = &self.layer;
        propagator.inject(headers_of.headers_of(&mut request));
        self.inner.call(request)
    }
}
