use recourse::resilient;

#[resilient(key = "prefetch", concurrency = "8 at once", priority = low)]
async fn prefetch(id: u32) -> Result<u32, String> {
    Ok(id)
}

fn main() {}
