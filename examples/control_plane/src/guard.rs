//! Who is answered, and who may write. A browser carries requests for any page that it shows, so the server asks where they come from.

use crate::app::App;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// Nothing of a page may run, and nothing may come from elsewhere: an answer that somebody got markup into is still only text.
const PAGE: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, PAGE),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Refuses requests that name another host: their sender may be a page that had its own name rebound to this address.
pub(crate) async fn known_hosts_only(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = if has_known_hosts(&request, &app.hosts) {
        next.run(request).await
    } else {
        let why = "this host is not allowed; those that are, beside the loopback addresses, are given by `--host`\n";
        (StatusCode::FORBIDDEN, why).into_response()
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// True if a request names a host, and no other than those that are allowed.
fn has_known_hosts(request: &Request, listed: &[String]) -> bool {
    let in_uri = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let in_headers = request.headers().get_all(header::HOST).iter().map(HeaderValue::as_bytes);
    let mut hosts = in_uri.into_iter().chain(in_headers).peekable();
    let is_known = |host: &[u8]| std::str::from_utf8(host).is_ok_and(|host| is_allowed(host, listed));
    hosts.peek().is_some() && hosts.all(is_known)
}

/// True for the names of the machine itself, and for those that are listed.
fn is_allowed(host: &str, listed: &[String]) -> bool {
    let Some(name) = host.parse::<Authority>().ok().filter(|_| !host.contains('@')) else { return false };
    let name = name.host().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
    name == "localhost"
        || name.parse().is_ok_and(is_loopback)
        || listed.iter().any(|one| one.eq_ignore_ascii_case(&name))
}

/// Says why nobody may write, if that is so.
pub(crate) fn writable(app: &App) -> Result<(), &'static str> {
    if app.writes {
        Ok(())
    } else {
        Err(
            "this server only reads: without `--writes` nobody may write if it listens on more than this machine, or with `--read-only`",
        )
    }
}

/// Says why a write may be another page's, if that is so. A form always names where it comes from, and a program need not.
pub(crate) fn same_origin(headers: &HeaderMap, is_form: bool) -> Result<(), &'static str> {
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let mut origins = headers.get_all(header::ORIGIN).iter().map(HeaderValue::as_bytes).peekable();
    if is_form && origins.peek().is_none() {
        return Err(
            "the request names no origin, as every browser does for a form; programs write by PUT to /documents/..",
        );
    }
    let is_ours = |origin: &[u8]| {
        let start = origin.windows(3).position(|three| three == b"://").map(|at| at + 3);
        start.is_some_and(|start| origin.get(start..) == host)
    };
    let site = headers.get("sec-fetch-site");
    if origins.all(is_ours) && site.is_none_or(|site| site == "same-origin" || site == "none") {
        Ok(())
    } else {
        Err("the request comes from a page of somebody else")
    }
}

#[cfg(test)]
mod tests {
    use super::{is_allowed, same_origin};
    use axum::http::HeaderMap;

    #[test]
    fn hosts_of_this_machine_and_those_that_are_listed() {
        let listed = ["policies.example.com".to_owned()];
        for host in [
            "localhost:8420",
            "LOCALHOST",
            "localhost.",
            "127.0.0.1:1",
            "127.8.9.1",
            "[::1]:80",
            "Policies.example.com:443",
        ] {
            assert!(is_allowed(host, &listed), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "10.0.0.1",
            "a@localhost",
            "localhost@a",
            "",
            "[::2]",
            "é",
            "localhost/",
        ] {
            assert!(!is_allowed(host, &listed), "{host}");
        }
    }

    #[test]
    fn only_our_own_page_may_write() {
        let sent = |headers: &[(&'static str, &'static str)]| -> HeaderMap {
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
        };
        let host = ("host", "localhost:8420");
        for (headers, is_form, is_allowed) in [
            (sent(&[host, ("origin", "http://localhost:8420")]), true, true),
            (sent(&[host, ("origin", "https://localhost:8420"), ("sec-fetch-site", "same-origin")]), true, true),
            (sent(&[host]), false, true),
            (sent(&[host]), true, false),
            (sent(&[host, ("origin", "null")]), true, false),
            (sent(&[host, ("origin", "http://localhost:8421")]), true, false),
            (sent(&[host, ("origin", "http://example.com")]), false, false),
            (sent(&[host, ("origin", "http://localhost:8420"), ("sec-fetch-site", "cross-site")]), true, false),
            (sent(&[host, ("sec-fetch-site", "same-site")]), false, false),
        ] {
            assert_eq!(same_origin(&headers, is_form).is_ok(), is_allowed, "{headers:?}");
        }
    }
}
