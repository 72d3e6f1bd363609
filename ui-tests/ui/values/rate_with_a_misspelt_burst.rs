use recourse::resilient;

#[resilient(rate = "100/s, brust 20")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
