use recourse::resilient;

use std::time::Duration;

#[resilient(retry = "3 attempts", deadline = left, on_reject = "never")]
async fn load(left: Duration) -> Result<u8, String> {
    Ok(u8::from(left.is_zero()))
}

fn main() {}
