//! The response to a request that is refused.

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};

/// How a refusal is said in the protocol of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Status 503.
    Http,
    /// Status 200, and `DEADLINE_EXCEEDED` among the headers: an answer that has only trailers.
    Grpc,
}

/// `DEADLINE_EXCEEDED`.
const GRPC_STATUS: HeaderValue = HeaderValue::from_static("4");
const GRPC_MESSAGE: HeaderValue = HeaderValue::from_static("refused: the deadline is over, or too near");

impl Refusal {
    /// The protocol of a request, by its content type.
    pub(super) fn of<B>(request: &Request<B>) -> Self {
        if is_grpc(request.headers()) { Self::Grpc } else { Self::Http }
    }

    pub(super) fn response<B: Default>(self) -> Response<B> {
        let mut response = Response::new(B::default());
        match self {
            Self::Http => *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE,
            Self::Grpc => {
                let headers = response.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
                headers.insert(HeaderName::from_static("grpc-status"), GRPC_STATUS);
                headers.insert(HeaderName::from_static("grpc-message"), GRPC_MESSAGE);
            }
        }
        response
    }
}

/// `application/grpc`, with a `+format` or parameters. gRPC-Web is none: its trailers stand in the body.
fn is_grpc(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let (name, rest) = value.split_at_checked("application/grpc".len()).unwrap_or_default();
    name.eq_ignore_ascii_case(b"application/grpc") && matches!(rest.first(), None | Some(b'+' | b';' | b' '))
}

#[cfg(test)]
mod tests {
    use super::Refusal;
    use http::Request;

    #[test]
    fn grpc_is_known_by_its_content_type() {
        let of =
            |value: &str| Refusal::of(&Request::builder().header("content-type", value).body(()).expect("a request"));
        for value in ["application/grpc", "application/grpc+proto", "Application/gRPC;x=y", "application/grpc ; x=y"] {
            assert_eq!(of(value), Refusal::Grpc, "{value}");
        }
        for value in ["", "application/grpc-web", "application/grpcx", "application/json", "application/gr"] {
            assert_eq!(of(value), Refusal::Http, "{value}");
        }
        assert_eq!(Refusal::of(&Request::new(())), Refusal::Http);
    }
}
