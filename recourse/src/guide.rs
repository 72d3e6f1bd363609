//! Guides: long pages that no item of the library is the right place for. All code in them is compiled and run.
//!
//! | page | for whom |
//! |---|---|
//! | [`cookbook`] | who has a task, and looks for its ten lines |
//! | `clients` | who calls something with reqwest, tonic, sqlx, redis or the AWS SDK (the features of these) |
//! | `axum` | who serves with axum (feature `admin-axum-0_8`) |
//! | [`policies`] | who wonders where a policy can be written, and which one counts |
//! | [`retries`] | who wonders which requests may be sent again, when, and who pays |
//! | [`hedging`] | whose slowest calls are too slow |
//! | [`circuit_breaking`] | whose dependency is down now and then |
//! | [`deadlines`] | who wants no work done for callers that have gone |
//! | [`cancellation`] | who drops calls, or is dropped |
//! | [`testing`] | who tests guarded functions |
//! | [`gotchas`] | who wonders why something is not as expected |
//! | `observability` | who wants logs, spans, metrics and alerts (features `metrics` and `tracing`) |
//! | [`overload`] | whose dependency gets too much: at once, or in a time |
//! | `control_plane` | who changes policies while programs run (feature `remote`) |
//! | [`extending`] | who needs a trigger, a breaker, a budget, a limit, an observer or a source of policies of their own |
//! | [`migrating`] | who comes from backon, tower-resilience or failsafe, or from resilience4j, Polly or MicroProfile |
//! | [`reference`](mod@reference) | who wants every option, default, bound, code and event on one page |
//!
//! `docs/serving-policies.md` in the repository is the guide for who serves policies to programs while they run: with nginx, etcd, Consul, a CDN.
//!
//! The pages are part of the documentation if it is built with the features `file`, `net`, `test-util` and `tower`, as on docs.rs.

#[doc = include_str!("../doc/guide/cookbook.md")]
pub mod cookbook {}

#[cfg(all(feature = "reqwest-0_13", feature = "tonic-0_14", feature = "sqlx-0_9", feature = "redis-1"))]
#[cfg_attr(
    docsrs,
    doc(cfg(all(feature = "reqwest-0_13", feature = "tonic-0_14", feature = "sqlx-0_9", feature = "redis-1")))
)]
#[doc = include_str!("../doc/guide/clients.md")]
pub mod clients {}

#[doc = include_str!("../doc/guide/policies.md")]
pub mod policies {}

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

#[cfg(feature = "remote")]
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
#[doc = include_str!("../doc/guide/control_plane.md")]
pub mod control_plane {}

#[doc = include_str!("../doc/guide/extending.md")]
pub mod extending {}

#[doc = include_str!("../doc/guide/migrating.md")]
pub mod migrating {}

#[doc = include_str!("../doc/guide/reference.md")]
pub mod reference {}
