//! Costs of a layer while nothing goes wrong.

use allocation_counter::measure;
use recourse::algebra::PolicyLayer;
use recourse::layers::{ResilientLayer, circuit, hedge, retry, timeout};
use recourse::{CircuitPolicy, Executor, HedgePolicy, Key, RetryPolicy};
use std::future::{Future, Ready, ready};
use std::mem::size_of_val;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tower::{Layer, Service, service_fn};

const SECOND: Duration = Duration::from_secs(1);

fn answer(n: u32) -> Ready<Result<u32, String>> {
    ready(Ok(n))
}

/// Allocations of one call, after another one.
fn allocations<S: Service<u32, Response = u32>>(mut service: S) -> u64 {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut call = || {
        assert!(service.poll_ready(cx).is_ready());
        let response = pin!(service.call(7));
        assert!(matches!(response.poll(cx), Poll::Ready(Ok(7))));
    };
    call();
    measure(call).count_total
}

#[tokio::test]
async fn a_call_that_succeeds_at_once_allocates_nothing() {
    let retry = || retry(RetryPolicy::defaults());
    let circuit = || circuit(CircuitPolicy::defaults());
    let hedge = || hedge(HedgePolicy::after(SECOND));
    let timeout = || timeout(SECOND);
    let policy =
        recourse::Policy::defaults().timeout(SECOND).attempt_timeout(SECOND / 2).hedge(HedgePolicy::after(SECOND / 4));
    let engine = ResilientLayer::new(&Executor::new(), Key::from_static("engine")).policy(policy);
    let service = || service_fn(answer);
    assert_eq!(allocations(retry().layer(service())), 0);
    assert_eq!(allocations(circuit().layer(service())), 0);
    assert_eq!(allocations(timeout().layer(service())), 0);
    assert_eq!(allocations(hedge().layer(service())), 0);
    assert_eq!(allocations(engine.layer(service())), 0);
    assert_eq!(allocations((retry() + circuit() + timeout()).layer(service())), 0);
    assert_eq!(allocations((retry() + timeout() & timeout() | PolicyLayer::bare()).layer(service())), 0);
}

/// The engine stands in the response once for each layer, and nothing is kept twice.
#[tokio::test]
async fn a_layer_adds_little_to_a_response() {
    fn response<L: Layer<recourse::algebra::Leaf<S>, Service: Service<u32>>, S>(
        policy: &PolicyLayer<L>,
        service: S,
    ) -> usize {
        size_of_val(&policy.layer(service).call(7))
    }
    let bare = response(&PolicyLayer::bare(), service_fn(answer));
    let one = response(&timeout(SECOND), service_fn(answer));
    let two = response(&(timeout(SECOND) + timeout(SECOND)), service_fn(answer));
    assert!(one - bare <= 224 && two - one <= 224, "{bare}, {one}, {two}");
}
