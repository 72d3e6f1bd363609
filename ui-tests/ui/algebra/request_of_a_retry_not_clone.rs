use recourse::RetryPolicy;
use recourse::layers::retry;
use tower::{Service, service_fn};

struct Upload(Vec<u8>);

async fn send(upload: Upload) -> Result<usize, String> {
    Ok(upload.0.len())
}

fn serve(_: impl Service<Upload>) {}

fn main() {
    serve(retry(RetryPolicy::attempts(3)).layer(service_fn(send)));
}
