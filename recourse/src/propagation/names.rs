//! The names of the headers.

/// The time that is left, as gRPC says it.
pub(super) const GRPC_TIMEOUT: &str = "grpc-timeout";
/// The time that is left in milliseconds, as Envoy says it to the services behind it.
pub(super) const ENVOY_TIMEOUT: &str = "x-envoy-expected-rq-timeout-ms";
/// The attempts before this one.
pub(super) const GRPC_ATTEMPTS: &str = "grpc-previous-rpc-attempts";
/// The number of this attempt; the first is 1.
pub(super) const ENVOY_ATTEMPT: &str = "x-envoy-attempt-count";
/// The identity of the call, for a server that answers a repeated request as it answered the first: draft-ietf-httpapi-idempotency-key-header.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// How much the request matters, as a word. No standard has such a header: that of RFC 9218, `priority`, is about the order in which responses are
/// sent.
pub(super) const PRIORITY: &str = "x-request-priority";

/// All of those that are read.
pub(super) const HEADERS: [&str; 5] = [GRPC_TIMEOUT, ENVOY_TIMEOUT, GRPC_ATTEMPTS, ENVOY_ATTEMPT, PRIORITY];
