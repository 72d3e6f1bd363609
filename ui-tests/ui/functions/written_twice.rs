use recourse::resilient;

#[resilient(timeout = "2s")]
#[resilient(retry = "3 attempts")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
