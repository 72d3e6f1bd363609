use recourse::resilient;

#[resilient(rate = "10/s, wait 2s", timeout = "1s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
