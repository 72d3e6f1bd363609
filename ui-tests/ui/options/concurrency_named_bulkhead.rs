use recourse::resilient;

#[resilient(bulkhead = "8 at once")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
