use recourse::resilient;

#[resilient(timeout = std::time::Duration::from_secs(2))]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
