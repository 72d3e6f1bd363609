use recourse::resilient;

async fn cached(_error: String) -> u8 {
    7
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
