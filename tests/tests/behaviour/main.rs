//! Behaviour of guarded calls: one file for each mechanism or concern.

mod budget;
mod cancellation;
mod circuit;
mod classify;
mod clocks;
mod errors;
mod executor;
mod expired;
mod fallback;
mod guard;
mod hedge;
mod injected;
mod keys;
mod many_attempts;
mod observe;
mod panics;
mod pushback;
mod replaced;
mod retry;
mod runtime;
mod scope;
mod timeout;
mod traits;
mod unwinding;
