use recourse::resilient;

#[resilient(retry = "3 attempts", retry_if = |error, attempt| attempt < 3)]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
