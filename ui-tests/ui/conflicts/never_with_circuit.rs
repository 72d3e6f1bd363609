use recourse::resilient;

#[resilient(retry = "3 attempts", circuit = "defaults", on_reject = "never")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
