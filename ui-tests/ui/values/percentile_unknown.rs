use recourse::resilient;

#[resilient(hedge = "p101")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
