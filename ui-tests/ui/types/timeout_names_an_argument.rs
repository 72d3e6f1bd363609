use recourse::resilient;

use std::time::Duration;

#[resilient(timeout = left)]
async fn load(left: Duration) -> Result<u8, String> {
    Ok(u8::from(left.is_zero()))
}

fn main() {}
