use recourse::resilient;

#[resilient(retry = "3 attempts", retry_if = async |error| error.is_empty())]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
