use recourse::algebra::PolicyLayer;
use tower::util::MapResponseLayer;
use tower::{Service, service_fn};

async fn double(n: u32) -> Result<u32, String> {
    Ok(2 * n)
}

fn serve(_: impl Service<u32>) {}

fn main() {
    let text = PolicyLayer(MapResponseLayer::new(|n: u32| n.to_string()));
    serve((PolicyLayer::bare() | text).layer(service_fn(double)));
}
