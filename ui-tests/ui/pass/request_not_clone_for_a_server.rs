use recourse::algebra::Policy;
use tower::{Service, service_fn};

#[derive(Clone)]
struct Upload(Vec<u8>);

async fn send(upload: Upload) -> Result<usize, String> {
    Ok(upload.0.len())
}

fn serve(_: impl Service<Upload>) {}

#[test]
fn requests_that_are_clone() {
    serve((Policy::bare() & Policy::bare()).layer(service_fn(send)));
}
