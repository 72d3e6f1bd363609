//! What a request has to pass before it is answered: the host first, and for writes everything that a foreign page could not send.

use crate::admin::answer::Refused;
use crate::admin::shared::Shared;
use crate::sync::Arc;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The most bytes of a body. A key has 200 characters at most.
const MOST_BYTES: usize = 4_096;

/// Refuses requests that name another host: their sender may be a page that had its own name rebound to this address.
pub(super) async fn known_hosts_only(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    match host_fault(&shared, &request) {
        None => next.run(request).await,
        Some(refused) => refused.into_response(),
    }
}

fn host_fault(shared: &Shared, request: &Request) -> Option<Refused> {
    // HTTP/2 has the host in the URI, and so may HTTP/1.1. All that are there have to be right.
    let in_uri = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let in_headers = request.headers().get_all(header::HOST).iter().map(HeaderValue::as_bytes);
    let mut hosts = in_uri.into_iter().chain(in_headers).peekable();
    if hosts.peek().is_none() {
        return Some(Refused::new(StatusCode::BAD_REQUEST, "the request names no host; send a `Host`"));
    }
    let allowed = hosts.all(|host| std::str::from_utf8(host).is_ok_and(|host| shared.hosts.allow(host)));
    let why = "this host is not allowed; the program lists those that are by `Admin::hosts`, without a list they are `localhost` \
               and the loopback addresses";
    (!allowed).then(|| Refused::new(StatusCode::FORBIDDEN, why))
}

/// Returns the body of a request that may write.
pub(super) async fn allowed_body(shared: &Shared, request: Request) -> Result<Bytes, Refused> {
    let (head, body) = request.into_parts();
    let Some(check) = &shared.check else {
        let why = "writes are off: the program allows them by `Admin::writes`, with a check of its own";
        return Err(Refused::new(StatusCode::FORBIDDEN, why));
    };
    if !is_json(&head.headers) {
        let why = "a write is JSON: send `content-type: application/json`";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    if !has_allowed_origin(shared, &head) {
        return Err(Refused::new(
            StatusCode::FORBIDDEN,
            "the request comes from a page of another host, see its `Origin`",
        ));
    }
    // Before the body, which nobody reads for a stranger.
    if let Err(why) = check(head).await {
        return Err(Refused::new(StatusCode::FORBIDDEN, format!("the request may not write: {why}")));
    }
    let too_large =
        || Refused::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {MOST_BYTES} bytes"));
    // A body that breaks off has nobody left who would read an answer.
    to_bytes(body, MOST_BYTES).await.map_err(|_| too_large())
}

/// True for one content type, `application/json`, with or without parameters. A form can send three others.
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    let essence = only.to_str().ok().and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// True if the request comes from no page, or from a page of a host that is allowed.
fn has_allowed_origin(shared: &Shared, request: &Parts) -> bool {
    request.headers.get_all(header::ORIGIN).iter().all(|origin| {
        let host = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
        host.is_some_and(|(_, host)| shared.hosts.allow(host))
    })
}
