use recourse::resilient;

#[resilient(timeout = "2s", budget = "20%")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
