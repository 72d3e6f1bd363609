use recourse::algebra::Policy;
use tower::util::MapResponseLayer;
use tower::{Service, service_fn};

async fn double(n: u32) -> Result<u32, String> {
    Ok(2 * n)
}

fn serve(_: impl Service<u32>) {}

fn main() {
    let text = Policy(MapResponseLayer::new(|n: u32| n.to_string()));
    serve((Policy::bare() | text).layer(service_fn(double)));
}
