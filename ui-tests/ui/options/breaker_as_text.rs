use recourse::resilient;

#[resilient(retry = "3 attempts", breaker = "5 failures in 10s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
