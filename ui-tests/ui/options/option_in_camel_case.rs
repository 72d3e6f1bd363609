use recourse::resilient;

#[resilient(attemptTimeout = "500ms")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
