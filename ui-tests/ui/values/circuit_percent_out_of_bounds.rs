use recourse::resilient;

#[resilient(circuit = "150% of 20 in 10s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
