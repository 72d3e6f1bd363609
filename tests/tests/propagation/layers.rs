//! The layers of a client and of a server.

use crate::support::{ms, request, works};
use http::{Request, Response};
use recourse::context::http::{ContextLayer, Received, extract};
use recourse::context::{self, Context};
use recourse::time::Instant;
use std::convert::Infallible;
use std::task::Poll;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

/// propagation-7.
#[tokio::test(start_paused = true)]
async fn a_request_takes_along_what_is_left_when_it_is_sent() {
    let server = service_fn(async |request: Request<()>| Ok::<_, String>(request.headers()["grpc-timeout"].clone()));
    let mut client = ContextLayer::client().margin(ms(10)).layer(server);
    let sent = context::within(ms(500), async {
        tokio::time::sleep(ms(200)).await;
        client.ready().await.expect("it never fails").call(Request::new(())).await
    });
    assert_eq!(sent.await.expect("it never fails"), "290000u");
}

/// propagation-7.
#[tokio::test(start_paused = true)]
async fn requests_of_another_crate_have_their_headers_found() {
    struct Foreign(http::HeaderMap);
    impl Foreign {
        fn headers_mut(&mut self) -> &mut http::HeaderMap {
            &mut self.0
        }
    }
    let server = service_fn(async |Foreign(headers): Foreign| Ok::<_, String>(headers.len()));
    let client = ContextLayer::client().headers_of(Foreign::headers_mut).layer(server);
    assert_eq!(context::within(ms(500), client.oneshot(Foreign(http::HeaderMap::new()))).await, Ok(2));
}

/// A service that tells the context in which it gets ready, is called and is polled.
#[derive(Clone, Default)]
struct Tells(Vec<Context>);

impl<B> Service<Request<B>> for Tells {
    type Response = Response<Vec<Context>>;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>>>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.push(context::current());
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        self.0.push(context::current());
        let mut told = std::mem::take(&mut self.0);
        Box::pin(async move {
            tokio::task::yield_now().await;
            told.push(context::current());
            Ok(Response::new(told))
        })
    }
}

/// propagation-8.
#[tokio::test(start_paused = true)]
async fn a_handler_is_made_ready_called_and_polled_under_the_deadline_of_its_caller() {
    let arrived = Instant::now();
    let answer = ContextLayer::server().layer(Tells::default()).oneshot(request("300m")).await.expect("it never fails");
    let expected = Context::new().with_arrival(arrived).with_deadline(arrived.saturating_add(ms(300)));
    assert_eq!(answer.into_body(), [expected; 3]);

    let check = ContextLayer::server().layer(ContextLayer::check().layer(Tells::default()));
    let answer = check.oneshot(request("300m")).await.expect("it never fails").into_body();
    assert!(answer.len() >= 3 && answer.iter().all(|context| *context == expected), "{answer:?}");
}

/// propagation-8: a server is a process of its own, also if it is called in a task that has a deadline.
#[tokio::test(start_paused = true)]
async fn a_request_without_a_deadline_has_none() {
    let server = ContextLayer::server().layer(service_fn(works));
    let answer = context::within(ms(50), server.oneshot(Request::new(()))).await.expect("it never fails");
    let told = answer.into_body().expect("a context");
    assert_eq!(told.deadline(), None);
    assert!(told.arrival().is_some());
}

/// propagation-4, propagation-8: what the headers say is in the extensions of the request.
#[tokio::test(start_paused = true)]
async fn a_handler_finds_what_was_received() {
    let handler = service_fn(async |request: Request<()>| {
        let received = request.extensions().get::<Received>().copied();
        Ok::<_, String>((received, request.extensions().get::<Context>().copied()))
    });
    let mut sent = request("300m");
    sent.headers_mut().insert("x-envoy-attempt-count", 3.into());
    let (received, context) = ContextLayer::server().layer(handler).oneshot(sent).await.expect("it never fails");
    let received = received.expect("it is there");
    assert_eq!((received.remaining(), received.attempt()), (Some(ms(300)), Some(3)));
    assert_eq!(context.expect("it is there").remaining(), Some(ms(300)));
}

/// propagation-8: whoever reads the headers late says when the request arrived.
#[tokio::test(start_paused = true)]
async fn time_counts_from_the_arrival() {
    let arrived = Instant::now();
    tokio::time::sleep(ms(100)).await;
    let context = extract(request("300m").headers()).context(arrived);
    assert_eq!((context.arrival(), context.remaining()), (Some(arrived), Some(ms(200))));
}

/// propagation-8: the time in a queue that makes callers wait in `poll_ready` counts.
#[tokio::test(start_paused = true)]
async fn the_arrival_is_stamped_before_a_limit() {
    let server = ServiceBuilder::new().layer(ContextLayer::server()).concurrency_limit(1).service_fn(works);
    let (first, second) = tokio::join!(server.clone().oneshot(request("500m")), server.oneshot(request("500m")));
    let left = |answer: Told| answer.expect("it never fails").into_body().expect("a context").deadline();
    assert_eq!(left(first), left(second), "both arrived at once");
}

type Told = Result<Response<Option<Context>>, Infallible>;

/// propagation-8: nobody else sees the deadline of a request, and an error of the service below is that of the response.
#[tokio::test(start_paused = true)]
async fn a_service_that_does_not_get_ready_is_an_error_of_the_response() {
    #[derive(Clone)]
    struct Broken;
    impl Service<Request<()>> for Broken {
        type Response = ();
        type Error = &'static str;
        type Future = std::future::Ready<Result<(), &'static str>>;

        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), &'static str>> {
            Poll::Ready(Err("broken"))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            unreachable!("it is never ready")
        }
    }
    let mut server = ContextLayer::server().layer(Broken);
    assert!(server.ready().await.is_ok());
    assert_eq!(server.call(request("300m")).await, Err("broken"));
    assert_eq!(context::current(), Context::new());
}
