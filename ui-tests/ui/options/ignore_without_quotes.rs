use recourse::resilient;

#[resilient(timeout = "2s", deadline = ignore)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
