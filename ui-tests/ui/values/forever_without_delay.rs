use recourse::resilient;

#[resilient(retry = "forever, no delay", timeout = "10s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
