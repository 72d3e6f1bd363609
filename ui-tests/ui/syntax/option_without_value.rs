use recourse::resilient;

#[resilient(retry)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
