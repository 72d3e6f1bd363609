use recourse::resilient;

#[resilient(retry = "2 attempts, fresh after 1m", attempt_timeout = "30s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
