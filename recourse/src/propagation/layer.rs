//! Where the layers are made.

use super::check::CheckLayer;
use super::client::ClientLayer;
use super::server::ServerLayer;

/// Makes the layers that carry deadlines between processes. See [the module](super) for a picture of where each of them stands.
///
/// ```
/// use http::{Request, Response};
/// use recourse::context::{self, http::ContextLayer};
/// use std::time::Duration;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let handler = service_fn(async |_: Request<()>| Ok::<_, String>(Response::new(context::remaining())));
/// let server = ServiceBuilder::new().layer(ContextLayer::server()).concurrency_limit(10).layer(ContextLayer::check()).service(handler);
/// // In another process.
/// let client = ServiceBuilder::new().layer(ContextLayer::client()).service(server);
///
/// let left = context::within(Duration::from_millis(300), client.oneshot(Request::new(()))).await.unwrap();
/// assert_eq!(left.into_body(), Some(Duration::from_millis(295)));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ContextLayer;

impl ContextLayer {
    /// Creates the layer of a client: writes what is left to the headers of each request, at the moment of the call. Innermost, so that each attempt
    /// of a retry says what is left then.
    ///
    /// Takes requests of the crate `http`; [`headers_of`](ClientLayer::headers_of) lets it take others, such as those of reqwest.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    ///
    /// let layer = ContextLayer::client().margin(std::time::Duration::from_millis(20));
    /// # let _ = layer;
    /// ```
    pub const fn client() -> ClientLayer {
        ClientLayer::new()
    }

    /// Creates the layer of a server: stamps the arrival of each request, reads its headers, and sets the deadline for all that runs in the
    /// service below. Outermost, before any queue.
    ///
    /// The service below has to be `Clone`, as those of axum and tonic are.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    ///
    /// let layer = ContextLayer::server();
    /// assert_eq!(layer.stats().requests, 0);
    /// ```
    pub fn server() -> ServerLayer {
        ServerLayer::new()
    }

    /// Creates the layer that stands behind a queue: refuses requests for which nobody waits any more, with status 503 or, in gRPC, with
    /// `DEADLINE_EXCEEDED`.
    ///
    /// The service below has to be `Clone`, and the body of its response [`Default`], which is the empty one.
    ///
    /// ```
    /// use recourse::context::http::ContextLayer;
    ///
    /// let layer = ContextLayer::check().at_least(std::time::Duration::from_millis(50));
    /// assert_eq!(layer.stats().requests, 0);
    /// ```
    pub fn check() -> CheckLayer {
        CheckLayer::new()
    }
}
