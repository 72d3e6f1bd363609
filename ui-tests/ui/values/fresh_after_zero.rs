use recourse::resilient;

#[resilient(retry = "2 attempts, fresh after 0s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
