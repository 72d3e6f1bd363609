use recourse::resilient;

async fn cached(id: u8) -> Result<u8, String> {
    Ok(id)
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load(id: u8) -> Result<u8, String> {
    Err(format!("no {id}"))
}

fn main() {}
