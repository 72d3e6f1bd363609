use recourse::resilient;

#[resilient(retry = true)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
