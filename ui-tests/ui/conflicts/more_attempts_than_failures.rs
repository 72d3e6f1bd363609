use recourse::resilient;

#[resilient(retry = "8 attempts, no delay", circuit = "5 failures")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
