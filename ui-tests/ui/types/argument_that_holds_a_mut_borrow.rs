use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn read(id: u8, buffer: Option<&mut Vec<u8>>) -> Result<u8, String> {
    if let Some(buffer) = buffer {
        buffer.push(id);
    }
    Ok(id)
}

fn main() {}
