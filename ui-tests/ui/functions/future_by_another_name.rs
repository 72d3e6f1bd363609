use recourse::resilient;
use std::future::{Ready, ready};

#[resilient(timeout = "2s")]
fn load() -> Ready<Result<u8, String>> {
    ready(Ok(7))
}

fn main() {}
