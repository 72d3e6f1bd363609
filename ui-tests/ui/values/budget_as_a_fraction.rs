use recourse::resilient;

#[resilient(retry = "3 attempts", budget = "0.2")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
