use recourse::resilient;

#[resilient(retry = "3, fixed 50ms")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
