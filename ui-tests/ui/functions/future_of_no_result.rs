use recourse::resilient;
use std::pin::Pin;

#[resilient(timeout = "2s")]
fn load() -> Pin<Box<dyn Future<Output = Option<u8>> + Send>> {
    Box::pin(async move { Some(7) })
}

fn main() {}
