use crate::get;
use std::io;
use std::time::Duration;
use tower::retry::backoff::{Backoff, ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff};
use tower::retry::{Policy, Retry};
use tower::util::rng::HasherRng;
use tower::{Service, service_fn};

#[derive(Clone)]
struct Patient {
    retries: u32,
    backoff: ExponentialBackoff,
}

impl Policy<u32, String, io::Error> for Patient {
    type Future = tokio::time::Sleep;

    fn retry(&mut self, _: &mut u32, answer: &mut io::Result<String>) -> Option<Self::Future> {
        let error = answer.as_ref().err()?;
        if error.kind() == io::ErrorKind::NotFound {
            return None;
        }
        self.retries = self.retries.checked_sub(1)?;
        Some(self.backoff.next_backoff())
    }

    fn clone_request(&mut self, id: &u32) -> Option<u32> {
        Some(*id)
    }
}

pub(crate) fn users() -> impl Service<u32, Response = String, Error = io::Error> + Clone {
    let (shortest, longest) = (Duration::from_millis(50), Duration::from_secs(1));
    let mut maker =
        ExponentialBackoffMaker::new(shortest, longest, 0.5, HasherRng::default()).expect("50 ms are less than 1 s");
    Retry::new(Patient { retries: 2, backoff: maker.make_backoff() }, service_fn(get))
}
