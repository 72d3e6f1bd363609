use recourse::resilient;

#[resilient(retry = "3 attempts", idempotent = false)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
