use recourse::resilient;

#[resilient(concurrency = "8 at once", criticality = "low")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
