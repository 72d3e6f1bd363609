use crate::get;
use backon::{ExponentialBuilder, Retryable};
use std::io;
use std::time::Duration;

pub(crate) async fn fetch(id: u32) -> io::Result<String> {
    let backoff = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(50))
        .with_max_delay(Duration::from_secs(1))
        .with_max_times(2)
        .with_jitter();
    (|| get(id)).retry(backoff).when(|error| error.kind() != io::ErrorKind::NotFound).await
}
