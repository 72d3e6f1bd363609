//! Makes the attempts of one call of a [`Resilient`](super::Resilient) service.
//!
//! # Design notes
//!
//! - **The first attempt uses the service that was made ready**, because the permit that the caller waited for is in
//!   there. Each further attempt owns the service that it gets ready, so a permit goes with the attempt that has it.
//! - **While a call backs off, the service that was called is dropped for a clone.** A service that sheds load holds no
//!   permit then, but may still have a place in the queue for one, and would be given a permit that nobody uses.
//! - **Requests are forked after the circuit was asked**, one for each attempt that may follow. A fork function that
//!   returns `None` ends the call with the attempts that run; the rest of the policy stays as it is.

use super::repeat::Repeat;
use crate::algebra::service::Attempt;
use crate::call::MakeAttempt;
use crate::context;
use crate::executor::ResolvedSite;
use std::mem;
use tower_service::Service;

/// What the service that a call keeps may be used for.
enum ServiceState {
    /// The service may be called.
    Ready,
    /// The service was called. One that has shed the request may still have a place in a queue.
    Called,
    /// The service has to be polled first.
    Idle,
}

/// Makes the attempts of one call.
pub(super) struct Attempts<S, R, F> {
    /// The service that the next attempt starts from, until the call is over.
    service: Option<S>,
    state: ServiceState,
    /// The request of the next attempt, if there may be one.
    request: Option<R>,
    fork: F,
    made: u32,
    /// The policy may ask for another attempt, but there is no request for it.
    last: bool,
}

impl<S, R, F> Attempts<S, R, F> {
    /// Starts with a service that is ready, or has to be polled first.
    pub(super) fn new(service: S, ready: bool, request: R, fork: F) -> Self {
        let state = if ready { ServiceState::Ready } else { ServiceState::Idle };
        Self { service: Some(service), state, request: Some(request), fork, made: 0, last: false }
    }
}

impl<S, R, F> MakeAttempt<Attempt<S, R>> for Attempts<S, R, F>
where
    S: Service<R> + Clone,
    F: Repeat<R>,
{
    fn make(&mut self, site: &ResolvedSite, _: Option<context::Attempt>) -> Attempt<S, R> {
        let Self { service, state, request, fork, made, last } = self;
        let (Some(service), Some(now)) = (service, request.take()) else {
            unreachable!("there is no attempt after one that was the last")
        };
        *made += 1;
        // The next request is made now, since the service below consumes this one. The last attempt needs no successor.
        if site.allows_more_than(*made) {
            *request = fork.fork(&now);
            *last = request.is_none();
        }
        if let ServiceState::Ready = mem::replace(state, ServiceState::Idle) {
            *state = ServiceState::Called;
            return Attempt::called(service.call(now));
        }
        // The attempt takes the service itself, which may have a place in a queue. The clone that stays has none.
        let clone = service.clone();
        Attempt::new(mem::replace(service, clone), now)
    }

    fn made_last(&self) -> bool {
        self.last
    }

    fn waits(&mut self) {
        // A service that was not called holds nothing, so only one that was is replaced.
        if let (Some(service), ServiceState::Called) = (&mut self.service, &self.state) {
            *service = service.clone();
            self.state = ServiceState::Idle;
        }
    }

    fn ended(&mut self) {
        // Before the result is returned, so that a caller who calls again finds every permit of this call given back.
        (self.service, self.request) = (None, None);
    }
}
