use recourse::resilient;

#[resilient(retry = "3 attempts, fixed 2h")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
