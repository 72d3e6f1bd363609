use recourse::algebra::PolicyLayer;
use tower::{ServiceExt, service_fn};

struct Upload(Vec<u8>);

async fn send(upload: Upload) -> Result<usize, String> {
    Ok(upload.0.len())
}

#[tokio::test]
async fn two_sides_that_may_not_both_have_it() {
    let large = |upload: &Upload| (upload.0.len() < 1000).then(|| Upload(upload.0.clone()));
    let service = (PolicyLayer::bare() & PolicyLayer::bare()).fork(large).layer(service_fn(send));
    assert_eq!(service.oneshot(Upload(vec![7; 3])).await.unwrap(), 3);
    let stacked = (PolicyLayer::bare() + PolicyLayer::bare()).layer(service_fn(send));
    assert_eq!(stacked.oneshot(Upload(vec![7; 3])).await.unwrap(), 3);
}
