use recourse::resilient;

#[resilient(hedge = "95%")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
