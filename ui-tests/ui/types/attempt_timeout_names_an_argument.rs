use recourse::resilient;

use std::time::Duration;

#[resilient(retry = "2 attempts", attempt_timeout = left)]
async fn load(left: Duration) -> Result<u8, String> {
    Ok(u8::from(left.is_zero()))
}

fn main() {}
