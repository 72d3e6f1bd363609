//! Priorities between processes: only if wanted, in both directions.

use crate::support::{headers, ms, request};
use http::{HeaderMap, Request, Response};
use recourse::context::http::{ContextLayer, HeaderFaultReason, Propagator, extract, inject};
use recourse::context::{self, Context, Priority};
use recourse::time::Instant;
use std::convert::Infallible;
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

const HEADER: &str = "x-request-priority";

async fn tells(_: Request<()>) -> Result<Response<Option<Priority>>, Infallible> {
    Ok(Response::new(context::priority()))
}

fn says(priority: &str) -> Request<()> {
    Request::builder().header(HEADER, priority).body(()).expect("a request")
}

/// propagation-13.
#[tokio::test(start_paused = true)]
async fn a_priority_is_sent_and_read_only_if_that_is_wanted() {
    for priority in Priority::ALL {
        let mut sent = HeaderMap::new();
        context::with_priority(priority, async { inject(&mut sent) }).await;
        assert!(sent.is_empty(), "not sent by default");
        let wanted = Propagator::new().priority(true);
        context::with_priority(priority, async { wanted.inject(&mut sent) }).await;
        assert_eq!((sent.len(), sent[HEADER].to_str().unwrap()), (1, priority.as_str()));
        assert_eq!(wanted.extract(&sent).priority(), Some(priority));
        assert_eq!((extract(&sent).priority(), extract(&sent).faults().count()), (None, 0), "not read by default");
        let arrived = Instant::now();
        assert_eq!(wanted.extract(&sent).context(arrived).priority(), Some(priority));
    }
    let mut none = HeaderMap::new();
    Propagator::new().priority(true).inject(&mut none);
    assert!(none.is_empty(), "there is none");
    // What a stranger has written is passed on only if it asks for less.
    for (written, is_sent) in [("high", "low"), ("sheddable", "sheddable"), ("nonsense", "low")] {
        let mut there = headers([(HEADER, written.as_bytes())]);
        context::with_priority(Priority::Low, async { Propagator::new().priority(true).inject(&mut there) }).await;
        assert_eq!(there[HEADER], is_sent, "{written}");
    }
    let mut twice = headers([(HEADER, b"sheddable".as_slice()), (HEADER, b"critical")]);
    context::with_priority(Priority::Low, async { Propagator::new().priority(true).inject(&mut twice) }).await;
    assert_eq!(twice.get_all(HEADER).iter().collect::<Vec<_>>(), ["low"], "what is there twice says nothing");
}

/// propagation-13: from a guarded call through both layers into a handler.
#[tokio::test(start_paused = true)]
async fn layers_carry_a_priority_if_both_want_to() {
    #[recourse::resilient(timeout = "1s", priority = "low")]
    async fn asks(sends: bool, reads: bool) -> Result<Option<Priority>, String> {
        let server = ContextLayer::server().priority(reads).layer(service_fn(async |request: Request<()>| {
            // Not that of the client's task.
            tells(request).await
        }));
        let client = ContextLayer::client().priority(sends).layer(server);
        Ok(client.oneshot(request("1S")).await.unwrap().into_body())
    }
    assert_eq!(asks(true, true).await, Ok(Some(Priority::Low)));
    for (sends, reads) in [(true, false), (false, true), (false, false)] {
        assert_eq!(asks(sends, reads).await, Ok(None), "{sends} {reads}");
    }
}

/// propagation-14: what strangers write is a word of the five, or nothing.
#[tokio::test(start_paused = true)]
async fn a_priority_that_cannot_be_read_is_none_and_is_told() {
    let values: [&[u8]; 21] = [
        b"",
        b" ",
        b"0",
        b"1",
        b"5",
        b"-1",
        b"u=1",
        b"urgent",
        b"Critical",
        b"CRITICAL",
        b" critical",
        b"critical ",
        b"critical\t",
        b"critical, low",
        b"critical;low",
        b"\"critical\"",
        b"criticality",
        b"critica",
        b"\xff",
        b"low\xff",
        b"low\tGET / HTTP/1.1",
    ];
    let propagator = Propagator::new().priority(true);
    for value in values {
        let received = propagator.extract(&headers([(HEADER, value)]));
        assert_eq!(received.priority(), None, "{value:?}");
        let faults: Vec<_> = received.faults().map(|fault| (fault.header, fault.reason)).collect();
        assert_eq!(faults, [(HEADER, HeaderFaultReason::Malformed)], "{value:?}");
        let told = received.faults().next().unwrap().to_string();
        assert_eq!(told, "the header `x-request-priority` cannot be read, and does not count", "{value:?}");
    }
    let long = vec![b'c'; 1 << 16];
    assert_eq!(propagator.extract(&headers([(HEADER, &*long)])).priority(), None);
    let twice = propagator.extract(&headers([(HEADER, b"low".as_slice()), (HEADER, b"low")]));
    let faults: Vec<_> = twice.faults().map(|fault| fault.reason).collect();
    assert_eq!((twice.priority(), faults), (None, vec![HeaderFaultReason::Repeated]));

    let layer = ContextLayer::server().priority(true);
    let server = layer.clone().layer(service_fn(tells));
    for (value, seen) in [("high", Some(Priority::High)), ("urgent", None)] {
        assert_eq!(server.clone().oneshot(says(value)).await.unwrap().into_body(), seen);
    }
    assert_eq!((layer.stats().requests, layer.stats().malformed), (2, 1));
    let deaf = ContextLayer::server();
    deaf.layer(service_fn(tells)).oneshot(says("urgent")).await.unwrap();
    assert_eq!(deaf.stats().malformed, 0, "what is not read is no fault");
}

/// propagation-15: what the server says of its routes counts before the header.
#[tokio::test(start_paused = true)]
async fn a_server_sets_the_priority_by_its_routes() {
    let layer = ContextLayer::server().priority(true).priority_by(|request| match request.uri.path() {
        "/checkout" => Some(Priority::Critical),
        "/prefetch" => Some(Priority::Sheddable),
        _ => None,
    });
    let server =
        ServiceBuilder::new().layer(layer).layer(ContextLayer::check()).service_fn(async |request: Request<()>| {
            assert_eq!(request.headers()["grpc-timeout"], "1S", "the request is whole");
            let (there, left) = (request.extensions().get::<Context>().unwrap().priority(), context::remaining());
            assert_eq!((there, left), (context::priority(), Some(ms(1_000))));
            tells(request).await
        });
    let rows = [
        ("/checkout", "low", Some(Priority::Critical)),
        ("/prefetch", "critical", Some(Priority::Sheddable)),
        ("/other", "low", Some(Priority::Low)),
        ("/other", "urgent", None),
    ];
    for (path, header, expected) in rows {
        let request = Request::get(path).header(HEADER, header).header("grpc-timeout", "1S").body(()).unwrap();
        assert_eq!(server.clone().oneshot(request).await.unwrap().into_body(), expected, "{path} {header}");
    }
}

/// propagation-15: behind a queue that another task works off, and what a middleware sets counts before what the server has stamped.
#[tokio::test(start_paused = true)]
async fn a_check_hands_the_priority_on() {
    let handler = ServiceBuilder::new().layer(ContextLayer::check()).service_fn(tells);
    let queued = ServiceBuilder::new().layer(ContextLayer::server().priority(true)).buffer(4).service(handler.clone());
    assert_eq!(queued.oneshot(says("low")).await.unwrap().into_body(), Some(Priority::Low));

    let raises = service_fn(|request| context::with_priority(Priority::High, handler.clone().oneshot(request)));
    let server = ServiceBuilder::new().layer(ContextLayer::server().priority(true)).service(raises);
    assert_eq!(server.oneshot(says("low")).await.unwrap().into_body(), Some(Priority::High));
}
