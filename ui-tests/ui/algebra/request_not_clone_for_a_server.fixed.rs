use recourse::algebra::PolicyLayer;
use tower::{Service, service_fn};

#[derive(Clone)]
struct Upload(Vec<u8>);

async fn send(upload: Upload) -> Result<usize, String> {
    Ok(upload.0.len())
}

fn serve(_: impl Service<Upload>) {}

#[test]
fn requests_that_are_clone() {
    serve((PolicyLayer::bare() & PolicyLayer::bare()).layer(service_fn(send)));
}
