use recourse::resilient;

#[resilient(retry = "2 attempts, pushback up to 5m", timeout = "1m")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
