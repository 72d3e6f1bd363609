use recourse::algebra::PolicyLayer;
use tower::{ServiceExt, service_fn};

struct Upload(Vec<u8>);

async fn send(upload: Upload) -> Result<usize, String> {
    Ok(upload.0.len())
}

async fn upload(file: Upload) {
    let service = (PolicyLayer::bare() & PolicyLayer::bare()).layer(service_fn(send));
    let _ = service.oneshot(file).await;
}

fn main() {}
