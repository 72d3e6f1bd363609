use recourse::resilient;

#[resilient(retry = "3 attempts", fallback = |error| Ok(0))]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
