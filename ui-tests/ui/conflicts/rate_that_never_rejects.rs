use recourse::resilient;

#[resilient(rate = "100/s", on_reject = "never")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
