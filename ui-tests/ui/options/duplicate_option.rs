use recourse::resilient;

#[resilient(timeout = "2s", retry = "3 attempts", timeout = "5s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
