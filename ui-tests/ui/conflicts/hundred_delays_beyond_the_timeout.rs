use recourse::resilient;

#[resilient(retry = "100 attempts, fixed 1s", timeout = "1m")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
