use recourse::resilient;

async fn cached(_buffer: &mut Vec<u8>, _error: String) -> Result<u8, String> {
    Ok(7)
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load(buffer: &mut Vec<u8>) -> Result<u8, String> {
    buffer.push(1);
    Ok(1)
}

fn main() {}
