use recourse::resilient;

async fn cached(_error: String) -> Result<u8, String> {
    Ok(0)
}

#[resilient(timeout = "2s", fallback = Ok(0))]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
