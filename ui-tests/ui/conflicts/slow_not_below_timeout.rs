use recourse::resilient;

#[resilient(circuit = "5 failures, slow 3s", timeout = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
