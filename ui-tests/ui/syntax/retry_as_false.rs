use recourse::resilient;

#[resilient(retry = false)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
