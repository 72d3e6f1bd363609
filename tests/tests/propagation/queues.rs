//! Queues of several kinds between the server and its check.

use crate::support::{ms, request, works};
use http::{Request, Response, StatusCode};
use recourse::context::http::ContextLayer;
use recourse::context::{self, Context};
use std::convert::Infallible;
use tokio::sync::{mpsc, oneshot};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

/// propagation-8: tower's buffer calls the service in a task of its own.
#[tokio::test(start_paused = true)]
async fn a_buffer_is_a_queue() {
    let check = ContextLayer::check();
    let server = ServiceBuilder::new()
        .layer(ContextLayer::server())
        .buffer(100)
        .concurrency_limit(1)
        .layer(check.clone())
        .service_fn(works);
    let requests: Vec<_> = (0..10).map(|_| tokio::spawn(server.clone().oneshot(request("250m")))).collect();
    let mut left = Vec::new();
    for request in requests {
        let response = request.await.expect("no panic").expect("it never fails");
        if response.status() == StatusCode::OK {
            left.push(response.into_body().expect("a context").remaining().expect("a deadline"));
        }
    }
    assert_eq!(left.len(), 3, "{left:?}");
    assert_eq!((check.stats().requests, check.stats().expired), (10, 7));
}

/// A request in a queue, and where its response goes.
type Job = (Request<()>, oneshot::Sender<Result<Response<Option<Context>>, Infallible>>);

/// propagation-8: a channel whose other end is a worker, in a task without a context.
#[tokio::test(start_paused = true)]
async fn a_channel_is_a_queue() {
    let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
    let check = ContextLayer::check().at_least(ms(100));
    let mut worker = check.layer(service_fn(works));
    tokio::spawn(async move {
        while let Some((request, reply)) = queue.recv().await {
            let response = worker.ready().await.expect("it never fails").call(request).await;
            let _ = reply.send(response);
        }
    });
    let handler = service_fn(move |request: Request<()>| {
        let jobs = jobs.clone();
        async move {
            let (reply, response) = oneshot::channel();
            jobs.send((request, reply)).expect("the worker lives");
            response.await.expect("the worker answers")
        }
    });
    let server = ContextLayer::server().layer(handler);
    let (first, second, third) = tokio::join!(
        server.clone().oneshot(request("250m")),
        server.clone().oneshot(request("250m")),
        server.clone().oneshot(request("250m"))
    );
    let [first, second, third] = [first, second, third].map(|answer| answer.expect("it never fails"));
    assert_eq!([&first, &second, &third].map(|answer| answer.status().as_u16()), [200, 200, 503]);
    assert_eq!(second.into_body().expect("a context").remaining(), Some(ms(50)), "the worker knows the deadline");
    assert_eq!(check.stats().too_little_left, 1);
}

/// propagation-5: a deadline that was set on the way to the check counts, if it is earlier.
#[tokio::test(start_paused = true)]
async fn an_earlier_deadline_within_the_server_counts() {
    let check = ContextLayer::check();
    let checked = check.layer(service_fn(works));
    let narrow = service_fn(move |request: Request<()>| {
        context::within(ms(50), async_after(ms(60), checked.clone().oneshot(request)))
    });
    let response = ContextLayer::server().layer(narrow).oneshot(request("1S")).await.expect("it never fails");
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(check.stats().expired, 1);
}

/// propagation-5: what a check has found goes on with the request, for a queue behind it that another task works off.
#[tokio::test(start_paused = true)]
async fn what_a_check_has_found_goes_on_with_the_request() {
    let told = service_fn(async |request: Request<()>| {
        Ok::<_, Infallible>(Response::new(request.extensions().get::<Context>().copied()))
    });
    let check = ContextLayer::check().valve(0);
    let checked = check.layer(told);
    let narrow = service_fn(move |request| context::within(ms(50), checked.clone().oneshot(request)));
    let server = ContextLayer::server().layer(narrow);
    let response = server.clone().oneshot(request("1S")).await.expect("it never fails");
    assert_eq!(response.into_body().expect("a context").remaining(), Some(ms(50)));

    let server = ContextLayer::server().layer(check.layer(told));
    let response = server.oneshot(request("0n")).await.expect("it never fails");
    assert_eq!(response.into_body().expect("a context").deadline(), None, "it was let through, and is not believed");
}

async fn async_after<F: Future>(time: std::time::Duration, future: F) -> F::Output {
    tokio::time::sleep(time).await;
    future.await
}
