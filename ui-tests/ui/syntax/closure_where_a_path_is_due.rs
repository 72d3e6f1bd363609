use recourse::resilient;

#[resilient(retry = "3 attempts", retry_if = |error| error == "too slow")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
