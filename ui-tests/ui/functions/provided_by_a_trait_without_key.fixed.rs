//! A method that a trait provides is one function for all types, so they share one circuit breaker.
#![deny(deprecated)]

use recourse::resilient;
use std::io;

trait Store {
    #[resilient(key = "store.load", circuit = "5 failures")]
    async fn load(&self) -> Result<String, io::Error> {
        Ok(String::new())
    }
}

struct Disk;

impl Store for Disk {}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let _ = Disk.load().await;
}
