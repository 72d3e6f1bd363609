use recourse::resilient;

#[resilient(deadline = left)]
async fn load(left: u64) -> Result<u64, String> {
    Ok(left)
}

fn main() {}
