use recourse::resilient;

#[resilient(retry = "3 attempts", fallback = Ok("none"))]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
