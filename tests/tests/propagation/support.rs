//! Requests, and a service that tells what it knows.

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use recourse::context::{self, Context};
use std::convert::Infallible;
use std::time::Duration;

pub(crate) const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub(crate) fn headers<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let value = HeaderValue::from_bytes(value).expect("bytes that a header may have");
        headers.append(HeaderName::try_from(name).expect("a name"), value);
    }
    headers
}

/// A request that says how long its caller waits.
pub(crate) fn request(timeout: &str) -> Request<()> {
    Request::builder().header("grpc-timeout", timeout).body(()).expect("a request")
}

/// A handler that works for 100 ms, and tells the context that it was in.
pub(crate) async fn works(_: Request<()>) -> Result<Response<Option<Context>>, Infallible> {
    tokio::time::sleep(ms(100)).await;
    Ok(Response::new(Some(context::current())))
}
