//! Serves the shop with some traffic, for a Prometheus beside it: `cargo run -p recourse-example-metrics`, then
//! `prometheus --config.file=examples/metrics/prometheus.yaml`.

use shop::{Dependencies, count, router, traffic};
use std::error::Error;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let prometheus = count()?;
    let dependencies = Arc::new(Dependencies::default());
    tokio::spawn(traffic(dependencies.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:9464").await?;
    println!("http://{}/articles/7 and /metrics", listener.local_addr()?);
    axum::serve(listener, router(dependencies, prometheus)).await?;
    Ok(())
}
