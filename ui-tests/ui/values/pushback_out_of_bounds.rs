use recourse::resilient;

#[resilient(retry = "2 attempts, pushback up to 48h")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
