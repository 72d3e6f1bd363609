use recourse::resilient;

#[resilient(timeout = "2s", at_least = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
