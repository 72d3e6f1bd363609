use recourse::resilient;

#[resilient(retry = "3 attempts", attempt = "it")]
async fn load() -> Result<u32, String> {
    Ok(it.number())
}

fn main() {}
