use recourse::resilient;

#[resilient(retry = "3 attempts", on_reject = |rejected| rejected.kind())]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
