use recourse::resilient;

#[resilient(timeout = "500")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
