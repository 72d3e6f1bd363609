use recourse::resilient;

#[resilient(retry = "3 attempts, exponental 10ms..250ms")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
