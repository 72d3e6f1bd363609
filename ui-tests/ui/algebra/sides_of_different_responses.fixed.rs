use recourse::algebra::PolicyLayer;
use tower::util::MapResponseLayer;
use tower::{ServiceExt, service_fn};

async fn double(n: u32) -> Result<u32, String> {
    Ok(2 * n)
}

#[tokio::test]
async fn a_layer_that_changes_the_response_stands_around_both() {
    let text = PolicyLayer(MapResponseLayer::new(|n: u32| n.to_string()));
    let service = (text + (PolicyLayer::bare() | PolicyLayer::bare())).layer(service_fn(double));
    assert_eq!(service.oneshot(7).await.unwrap(), "14");
}
