use crate::get;
use recourse::resilient;
use std::io;

#[resilient(
    key = "users.get",
    retry = "3 attempts, exponential 50ms..1s",
    retry_if = |error: &io::Error| error.kind() != io::ErrorKind::NotFound,
)]
pub(crate) async fn fetch(id: u32) -> io::Result<String> {
    get(id).await
}
