use recourse::RetryPolicy;
use recourse::layers::{retry, timeout};
use std::time::Duration;
use tower::{Service, service_fn};

struct Upload(Vec<u8>);

async fn send(upload: Upload) -> Result<usize, String> {
    Ok(upload.0.len())
}

fn serve(_: impl Service<Upload>) {}

#[test]
fn requests_that_are_not_repeated_or_not_cloned() {
    let small = |upload: &Upload| (upload.0.len() < 1000).then(|| Upload(upload.0.clone()));
    serve(retry(RetryPolicy::attempts(3)).fork(small).layer(service_fn(send)));
    serve(retry(RetryPolicy::attempts(3)).once().layer(service_fn(send)));
    serve(timeout(Duration::from_secs(1)).layer(service_fn(send)));
}
