use recourse::resilient;

#[resilient(key = "prefetch", concurrency = "8 at once", priority = "best_effort")]
async fn prefetch(id: u32) -> Result<u32, String> {
    Ok(id)
}

fn main() {}
