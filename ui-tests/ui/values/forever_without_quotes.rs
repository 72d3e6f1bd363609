use recourse::resilient;

#[resilient(retry = forever)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
