use recourse::resilient;

#[resilient(key = "users get", retri = "3 attempts", timeout = 2, hedge = "p101")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
