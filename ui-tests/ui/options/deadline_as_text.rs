use recourse::resilient;

#[resilient(deadline = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
