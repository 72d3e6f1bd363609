use recourse::resilient;

#[resilient(retry = "3 attempts", fallback = |limit, _error| limit)]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
