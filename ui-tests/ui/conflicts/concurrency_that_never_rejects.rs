use recourse::resilient;

#[resilient(concurrency = "8 at once", on_reject = "never")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
