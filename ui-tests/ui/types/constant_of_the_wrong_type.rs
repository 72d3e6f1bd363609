use recourse::resilient;

const LIMIT: u64 = 2;

#[resilient(timeout = LIMIT)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
