use recourse::resilient;

#[resilient(timeout = "99999999999999999999h")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
