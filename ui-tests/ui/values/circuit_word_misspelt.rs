use recourse::resilient;

#[resilient(circuit = "5 failurs in 10s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
