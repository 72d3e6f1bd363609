use recourse::resilient;

#[resilient(timeout = "2 seconds")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
