use recourse::resilient;

#[resilient(retry = "forever, fixed 1m", timeout = "30s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
