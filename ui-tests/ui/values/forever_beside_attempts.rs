use recourse::resilient;

#[resilient(retry = "forever, 3 attempts")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
