use recourse::resilient;

#[resilient(retry = "3 attempts", on_reject = "nevr")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
