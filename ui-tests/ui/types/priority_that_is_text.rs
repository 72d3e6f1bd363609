use recourse::resilient;

#[resilient(key = "load", concurrency = "8 at once", priority = level)]
async fn load(level: &str) -> Result<usize, String> {
    Ok(level.len())
}

fn main() {}
