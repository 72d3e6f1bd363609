//! Guides: long pages that no item of the library is the right place for. All code in them is compiled and run.
//!
//! | page | for whom |
//! |---|---|
//! | [`cookbook`] | who has a task, and looks for its ten lines |
//! | [`retries`] | who wonders which requests may be sent again, when, and who pays |
//! | [`hedging`] | whose slowest calls are too slow |
//! | [`circuit_breaking`] | whose dependency is down now and then |
//! | [`deadlines`] | who wants no work done for callers that have gone |
//! | [`cancellation`] | who drops calls, or is dropped |
//! | [`testing`] | who tests guarded functions |
//! | `axum` | who serves with axum (feature `admin-axum-0_8`) |
//! | [`gotchas`] | who wonders why something is not as expected |
//! | `observability` | who wants logs, spans, metrics and alerts (features `metrics` and `tracing`) |
//! | [`overload`] | whose dependency gets too much: at once, or in a time |
//! | [`extending`] | who needs a trigger, a breaker, a budget, an observer or a source of policies of their own |
//! | [`migrating`] | who comes from backon, tower-resilience or failsafe, or from resilience4j, Polly or MicroProfile |
//! | [`reference`](mod@reference) | who wants every option, default, bound, code and event on one page |
//!
//! `docs/serving-policies.md` in the repository is the guide for who serves policies to programs while they run: with nginx, etcd, Consul, a CDN.
//!
//! The pages are part of the documentation if it is built with the features `file`, `net`, `test-util` and `tower`, as on docs.rs.

#[doc = include_str!("../doc/guide/cookbook.md")]
pub mod cookbook {}

#[doc = include_str!("../doc/guide/retries.md")]
pub mod retries {}

#[doc = include_str!("../doc/guide/hedging.md")]
pub mod hedging {}

#[doc = include_str!("../doc/guide/circuit_breaking.md")]
pub mod circuit_breaking {}

#[doc = include_str!("../doc/guide/deadlines.md")]
pub mod deadlines {}

#[doc = include_str!("../doc/guide/cancellation.md")]
pub mod cancellation {}

#[doc = include_str!("../doc/guide/testing.md")]
pub mod testing {}

#[cfg(feature = "admin-axum-0_8")]
#[cfg_attr(docsrs, doc(cfg(feature = "admin-axum-0_8")))]
#[doc = include_str!("../doc/guide/axum.md")]
pub mod axum {}

#[doc = include_str!("../doc/guide/gotchas.md")]
pub mod gotchas {}

#[cfg(all(feature = "metrics", feature = "tracing"))]
#[cfg_attr(docsrs, doc(cfg(all(feature = "metrics", feature = "tracing"))))]
#[doc = include_str!("../doc/guide/observability.md")]
pub mod observability {}

#[doc = include_str!("../doc/guide/overload.md")]
pub mod overload {}

#[doc = include_str!("../doc/guide/extending.md")]
pub mod extending {}

#[doc = include_str!("../doc/guide/migrating.md")]
pub mod migrating {}

#[doc = include_str!("../doc/guide/reference.md")]
pub mod reference {}
