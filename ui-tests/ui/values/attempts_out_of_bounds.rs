use recourse::resilient;

#[resilient(retry = "101 attempts")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
