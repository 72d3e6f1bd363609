use recourse::resilient;

#[resilient(retry = "until success, exponential 1s..1m")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
