//! The whole of a guarded reqwest client: 429 and 503 are asked for again when their `Retry-After` says, and 404 counts for nobody.
//! `cargo run -p recourse-examples-guarded --example newcomer -- http://127.0.0.1:8080/`

use recourse::{Classify, Rejected, classifiers, resilient};

#[derive(Debug, Classify, thiserror::Error)]
pub(crate) enum ApiError {
    #[error(transparent)]
    #[classify(inherit)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    #[classify(inherit)]
    Rejected(#[from] Rejected),
}

#[resilient(
    key = "users.get",
    retry = "3 attempts, exponential 50ms..1s",
    circuit = "defaults",
    timeout = "10s",
    classify_ok = classifiers::reqwest::response
)]
pub(crate) async fn get(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, ApiError> {
    Ok(client.get(url).send().await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ApiError> {
    let url = std::env::args().nth(1).expect("usage: newcomer URL");
    let user = get(&reqwest::Client::new(), &url).await?.error_for_status()?.text().await?;
    println!("{user}");
    Ok(())
}
