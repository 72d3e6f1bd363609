use recourse::resilient;

#[resilient(retry = "infinite, fixed 1s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
