//! Headers of strangers: nothing of them is believed that should not be, and nothing is repeated.

use crate::support::headers;
use proptest::prelude::*;
use recourse::context::http::{ContextLayer, HeaderFaultReason, extract};
use tower::{Layer, Service, service_fn};

const GRPC: &str = "grpc-timeout";
const ENVOY: &str = "x-envoy-expected-rq-timeout-ms";
const BEFORE: &str = "grpc-previous-rpc-attempts";
const NUMBER: &str = "x-envoy-attempt-count";

/// Values that are no time in gRPC.
const NO_GRPC_TIMEOUT: [&[u8]; 52] = [
    b"",
    b" ",
    b"n",
    b"S",
    b"5",
    b"0",
    b"300",
    b"5s",
    b"5h",
    b"5M5S",
    b"5MS",
    b"5ms",
    b"5US",
    b"5 S",
    b" 5S",
    b"5S ",
    b"\t5S",
    b"5\tS",
    b"+5S",
    b"-5S",
    b"--5S",
    b"5.0S",
    b".5S",
    b"5,0S",
    b"5_0S",
    b"5e3S",
    b"0x10S",
    b"0b1S",
    b"5S;",
    b"5S,",
    b"5S,6S",
    b"5S 6S",
    b"\"5S\"",
    b"'5S'",
    b"{5S}",
    b"%35S",
    b"5%53",
    b"\xff",
    b"5\xff",
    b"\xff5S",
    b"5S\xff",
    b"\xd9\xa5S",
    b"\xef\xbc\x95S",
    b"123456789S",
    b"000000001S",
    b"99999999999999999999999999999999S",
    b"NaNS",
    b"infS",
    b"nullS",
    b"infinite",
    b"forever",
    b"5S\tGET / HTTP/1.1",
];

/// Values that are no time in Envoy.
const NO_ENVOY_TIMEOUT: [&[u8]; 30] = [
    b"",
    b" ",
    b"0",
    b"00",
    b"0000000000000000000",
    b"+1",
    b"-1",
    b"-0",
    b" 5",
    b"5 ",
    b"5ms",
    b"5s",
    b"5.0",
    b".5",
    b"1e3",
    b"0x10",
    b"1_000",
    b"1,000",
    b"5;6",
    b"5, 6",
    b"99999999999999999999",
    b"18446744073709551616",
    b"340282366920938463463374607431768211456",
    b"NaN",
    b"inf",
    b"\xff",
    b"5\xff",
    b"\xd9\xa5",
    b"\xef\xbc\x95",
    b"null",
];

/// Values that are no number of attempts.
const NO_COUNT: [&[u8]; 12] =
    [b"", b"-1", b"+1", b"1.0", b"1 ", b" 1", b"x", b"4294967296", b"99999999999999999999", b"\xff", b"1;1", b"0x1"];

/// Times that are read, and too long to be believed.
const TOO_LONG: [(&str, &[u8]); 10] = [
    (GRPC, b"2H"),
    (GRPC, b"61M"),
    (GRPC, b"3601S"),
    (GRPC, b"3600001m"),
    (GRPC, b"99999999H"),
    (GRPC, b"99999999M"),
    (GRPC, b"99999999S"),
    (ENVOY, b"3600001"),
    (ENVOY, b"9999999999999999999"),
    (ENVOY, b"0003600001"),
];

fn rows() -> Vec<(&'static str, &'static [u8], HeaderFaultReason)> {
    let malformed = |name: &'static str, values: &'static [&'static [u8]]| {
        values.iter().map(move |value| (name, *value, HeaderFaultReason::Malformed))
    };
    let bad = malformed(GRPC, &NO_GRPC_TIMEOUT).chain(malformed(ENVOY, &NO_ENVOY_TIMEOUT));
    let bad = bad.chain(malformed(BEFORE, &NO_COUNT)).chain(malformed(NUMBER, &NO_COUNT));
    bad.chain(TOO_LONG.into_iter().map(|(name, value)| (name, value, HeaderFaultReason::TooLong))).collect()
}

/// propagation-3.
#[test]
fn a_hundred_bad_headers_are_no_deadline_and_each_is_told() {
    let rows = rows();
    assert!(rows.len() > 100);
    for (name, value, reason) in rows {
        let received = extract(&headers([(name, value)]));
        assert_eq!((received.remaining(), received.attempt()), (None, None), "{name}: {value:?}");
        let faults: Vec<_> = received.faults().map(|fault| (fault.header, fault.reason)).collect();
        assert_eq!(faults, [(name, reason)], "{name}: {value:?}");
    }
}

/// propagation-3: nobody can say which one was meant.
#[test]
fn a_header_that_is_there_twice_does_not_count() {
    for name in [GRPC, ENVOY, BEFORE, NUMBER] {
        let value = if name == GRPC { b"5S".as_slice() } else { b"5" };
        for times in [2, 3, 1_000] {
            let received = extract(&headers(vec![(name, value); times]));
            let faults: Vec<_> = received.faults().map(|fault| (fault.header, fault.reason)).collect();
            assert_eq!(faults, [(name, HeaderFaultReason::Repeated)]);
            assert_eq!((received.remaining(), received.attempt()), (None, None));
        }
    }
}

/// propagation-3: what is told is made of our own words.
#[test]
fn nothing_that_is_told_has_a_word_of_the_stranger() {
    let words = b"5S level=error user=admin";
    let received = extract(&headers([(GRPC, words.as_slice()), (ENVOY, words), (BEFORE, words), (NUMBER, words)]));
    let told: Vec<String> = received.faults().map(|fault| fault.to_string()).collect();
    assert_eq!(told.len(), 4);
    for line in told.into_iter().chain([format!("{received:?}")]) {
        assert!(!line.contains("admin") && !line.contains('\n'), "{line}");
    }
}

/// propagation-3: the layer of a server counts what is wrong, by its kind.
#[tokio::test(start_paused = true)]
async fn a_server_serves_them_all_and_counts_them() {
    let layer = ContextLayer::server();
    let mut server =
        layer.layer(service_fn(async |_: http::Request<()>| Ok::<_, String>(recourse::context::deadline())));
    for (name, value, _) in rows() {
        let mut request = http::Request::new(());
        *request.headers_mut() = headers([(name, value)]);
        assert_eq!(server.call(request).await, Ok(None), "{name}: {value:?}");
    }
    let stats = layer.stats();
    assert_eq!((stats.requests, stats.with_deadline), (116, 0));
    assert_eq!((stats.malformed, stats.too_long, stats.repeated), (106, 10, 0));
}

/// propagation-3: reading costs no memory, however large a header is and however often it is there.
#[test]
fn reading_allocates_nothing() {
    let long = vec![b'9'; 60_000];
    let many = headers([(GRPC, long.as_slice()); 100].into_iter().chain([(ENVOY, long.as_slice())]));
    let used = allocation_counter::measure(|| {
        assert_eq!(extract(&many).faults().count(), 2);
    });
    assert_eq!(used.count_total, 0);
}

proptest! {
    /// propagation-3: any bytes: no panic, and nothing beyond an hour.
    #[test]
    fn any_bytes_may_come(
        values in proptest::collection::vec((0_usize..4, proptest::collection::vec(prop_oneof![Just(b'\t'), 32_u8..=126, 128_u8..=255], 0..24)), 0..6),
    ) {
        let pairs = values.iter().map(|(name, value)| ([GRPC, ENVOY, BEFORE, NUMBER][*name], value.as_slice()));
        let received = extract(&headers(pairs));
        prop_assert!(received.remaining().is_none_or(|left| left.as_secs() <= 3_600));
        prop_assert!(received.faults().count() <= 4);
    }
}
