use recourse::resilient;

#[resilient(retry = "5 attempts, fixed 1s", timeout = "2s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
