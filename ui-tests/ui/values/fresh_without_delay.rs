use recourse::resilient;

#[resilient(retry = "2 attempts, no delay, fresh after 1m", timeout = "5m")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
