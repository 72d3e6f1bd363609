use recourse::resilient;

#[resilient(retry = "3 attempts", circuit = "defaults", breaker = |_| todo!())]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
