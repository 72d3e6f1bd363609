use recourse::resilient;

#[resilient(hedge = "500ms", attempt_timeout = "500ms")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
