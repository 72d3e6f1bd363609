//! What is written to headers, and what is read from them.

use crate::support::{headers, ms};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use recourse::context;
use recourse::context::http::{Propagator, extract, inject};
use recourse::policy::RetryPolicy;
use recourse::time::Instant;
use recourse::{Executor, Key, Policy};
use std::sync::Mutex;
use std::time::Duration;

/// The headers of a request that is sent with this much time left.
async fn sent(left: Duration) -> HeaderMap {
    let mut headers = HeaderMap::new();
    context::until(Instant::now().saturating_add(left), async { inject(&mut headers) }).await;
    headers
}

/// propagation-1.
#[tokio::test(start_paused = true)]
async fn what_is_left_is_sent_less_the_margin() {
    let rows = [
        (ms(5_005), "5000000u", "5000"),
        (ms(300), "295000u", "295"),
        (ms(25), "20000000n", "20"),
        (Duration::from_secs(7_200), "7199995m", "7199995"),
        (Duration::from_micros(7_300), "2300000n", "2"),
    ];
    for (left, grpc, envoy) in rows {
        let sent = sent(left).await;
        assert_eq!([&sent["grpc-timeout"], &sent["x-envoy-expected-rq-timeout-ms"]], [grpc, envoy]);
    }
}

/// propagation-1.
#[tokio::test(start_paused = true)]
async fn what_is_over_is_sent_as_the_smallest_time_and_read_as_none() {
    for left in [Duration::ZERO, ms(3), ms(5)] {
        let sent = sent(left).await;
        assert_eq!(sent["grpc-timeout"], "1n");
        assert_eq!(sent["x-envoy-expected-rq-timeout-ms"], "1");
        assert_eq!(extract(&sent).remaining(), Some(Duration::ZERO));
    }
}

/// propagation-1.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_without_a_deadline() {
    let mut headers = HeaderMap::new();
    inject(&mut headers);
    assert!(headers.is_empty());
}

/// propagation-1: a client that sets a shorter time for one request knows why.
#[tokio::test(start_paused = true)]
async fn a_shorter_time_that_is_there_stays_and_any_other_is_replaced() {
    let rows: [(&[&str], &str); 5] = [
        (&["100m"], "100m"),
        (&["9S"], "995000u"),
        (&["soon"], "995000u"),
        (&["1m", "2m"], "995000u"),
        (&[], "995000u"),
    ];
    for (there, expected) in rows {
        let mut headers = headers(there.iter().map(|value| ("grpc-timeout", value.as_bytes())));
        context::within(ms(1_000), async { inject(&mut headers) }).await;
        let after: Vec<_> = headers.get_all("grpc-timeout").iter().collect();
        assert_eq!(after, [expected], "{there:?}");
        assert_eq!(headers["x-envoy-expected-rq-timeout-ms"], "995");
    }
    for (there, expected) in [("100", "100"), ("9000", "995")] {
        let mut headers = headers([("x-envoy-expected-rq-timeout-ms", there.as_bytes())]);
        context::within(ms(1_000), async { inject(&mut headers) }).await;
        let after: Vec<_> = headers.get_all("x-envoy-expected-rq-timeout-ms").iter().collect();
        assert_eq!(after, [expected], "{there}");
        assert_eq!(headers["grpc-timeout"], "995000u");
    }
}

/// propagation-1: a map that has room for nothing more is not a reason to panic.
#[tokio::test(start_paused = true)]
async fn a_map_that_is_full_stays_as_it_is() {
    let mut headers = HeaderMap::new();
    for number in 0.. {
        let name = http::HeaderName::try_from(format!("h{number}")).expect("a name");
        if headers.try_append(name, HeaderValue::from_static("x")).is_err() {
            break;
        }
    }
    let before = headers.len();
    context::within(ms(1_000), async { inject(&mut headers) }).await;
    assert_eq!(headers.len(), before);
}

/// propagation-2.
#[test]
fn of_two_times_the_shorter_one_counts() {
    let rows: [(&[u8], &[u8], Option<Duration>); 11] = [
        // The longest that is believed, and a moment more.
        (b"1H", b"soon", Some(ms(3_600_000))),
        (b"soon", b"3600001", None),
        // A millisecond is nothing: it is what is sent of a time that is over.
        (b"1m", b"300", Some(Duration::ZERO)),
        (b"1001u", b"300", Some(Duration::from_micros(1_001))),
        (b"300m", b"200", Some(ms(200))),
        (b"200m", b"300", Some(ms(200))),
        (b"soon", b"300", Some(ms(300))),
        (b"300m", b"soon", Some(ms(300))),
        (b"2H", b"300", Some(ms(300))),
        (b"2H", b"99999999999", None),
        (b"0n", b"300", Some(Duration::ZERO)),
    ];
    for (grpc, envoy, expected) in rows {
        let received = extract(&headers([("grpc-timeout", grpc), ("x-envoy-expected-rq-timeout-ms", envoy)]));
        assert_eq!(received.remaining(), expected, "{grpc:?} {envoy:?}");
    }
}

/// The value of a header, if it is there.
type Value = Option<&'static [u8]>;

/// propagation-4.
#[test]
fn the_number_of_the_attempt_is_information() {
    let rows: [(Value, Value, Option<u32>); 9] = [
        (None, None, None),
        // Of two the larger one: a proxy that repeats on its own knows nothing of the caller's.
        (Some(b"1"), Some(b"5"), Some(5)),
        (Some(b"6"), Some(b"5"), Some(7)),
        (Some(b"0"), None, Some(1)),
        (Some(b"2"), None, Some(3)),
        (None, Some(b"2"), Some(2)),
        (None, Some(b"0"), None),
        (Some(b"4294967295"), None, Some(u32::MAX)),
        (Some(b"-1"), Some(b"2"), Some(2)),
    ];
    for (grpc, envoy, expected) in rows {
        let grpc = grpc.map(|value| ("grpc-previous-rpc-attempts", value));
        let envoy = envoy.map(|value| ("x-envoy-attempt-count", value));
        let received = extract(&headers(grpc.into_iter().chain(envoy)));
        assert_eq!((received.attempt(), received.remaining()), (expected, None));
    }
}

/// propagation-12: retries and hedges of one call are told from one another, and from those of another call.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_shown_sends_its_number_and_if_wanted_the_identity_of_its_call() {
    let sent = |wanted: bool| async move {
        let policy = Policy::new().retry(RetryPolicy::attempts(3).no_delay());
        let sent = Mutex::new(Vec::new());
        let call = Executor::new().call_with(Key::from_static("orders.send"), policy, |attempt| {
            let mut headers = HeaderMap::new();
            let sent = &sent;
            async move {
                Propagator::new().idempotency_key(wanted).inject(&mut headers);
                sent.lock().unwrap().push((headers, attempt.call_id().to_string()));
                Err::<(), _>(String::from("busy"))
            }
        });
        call.await.unwrap_err();
        sent.into_inner().unwrap()
    };
    let told = |headers: &HeaderMap, name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());

    let first = sent(true).await;
    let before: Vec<_> = first.iter().map(|(headers, _)| told(headers, "grpc-previous-rpc-attempts")).collect();
    assert_eq!(before, [None, Some("1".to_owned()), Some("2".to_owned())]);
    let numbers: Vec<_> = first.iter().map(|(headers, _)| extract(headers).attempt()).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(3)]);
    let identities: Vec<_> = first.iter().filter_map(|(headers, _)| told(headers, "idempotency-key")).collect();
    assert_eq!(identities, [first[0].1.as_str(); 3]);

    let second = sent(true).await;
    assert_ne!(told(&second[0].0, "idempotency-key"), told(&first[0].0, "idempotency-key"));
    assert_eq!(told(&sent(false).await[0].0, "idempotency-key"), None);
}

/// propagation-12: what the program has set stays.
#[tokio::test(start_paused = true)]
async fn what_is_said_of_an_attempt_already_stays() {
    let call = Executor::new().call_with(Key::from_static("orders.send"), Policy::new(), |_| async {
        let names = ["grpc-previous-rpc-attempts", "x-envoy-attempt-count", "idempotency-key"];
        let mut headers = headers(names.map(|name| (name, &b"7"[..])));
        Propagator::new().idempotency_key(true).inject(&mut headers);
        assert_eq!(names.map(|name| headers[name].as_bytes()), [b"7"; 3]);
        Ok::<_, String>(())
    });
    call.await.unwrap();
}

proptest! {
    /// propagation-1: whatever is left, the server believes no more, and hardly less.
    #[test]
    fn what_is_sent_is_what_is_read(nanos in 0_u64..3_600_000_000_000, margin in 0_u64..20_000_000) {
        let (left, margin) = (Duration::from_nanos(nanos), Duration::from_nanos(margin));
        let propagator = Propagator::new().margin(margin);
        let mut headers = HeaderMap::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            context::until(Instant::now().saturating_add(left), async { propagator.inject(&mut headers) }).await;
        });
        let read = propagator.extract(&headers).remaining().expect("it was sent");
        let expected = left.saturating_sub(margin);
        prop_assert!(read <= expected);
        prop_assert!(read.is_zero() && expected < ms(2) || expected.saturating_sub(read) < ms(1));
    }
}
