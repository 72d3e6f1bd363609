use recourse::resilient;

#[resilient(circuit = "50% of 20")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
