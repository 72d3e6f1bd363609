use recourse::algebra::PolicyLayer;
use tower::{Service, service_fn};

struct Upload(Vec<u8>);

async fn send(upload: Upload) -> Result<usize, String> {
    Ok(upload.0.len())
}

fn serve(_: impl Service<Upload>) {}

fn main() {
    serve((PolicyLayer::bare() & PolicyLayer::bare()).layer(service_fn(send)));
}
