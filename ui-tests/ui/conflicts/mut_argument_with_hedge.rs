use recourse::resilient;

#[resilient(retry = "3 attempts", hedge = "50ms")]
async fn read(id: u8, buffer: &mut Vec<u8>) -> Result<(), String> {
    buffer.push(id);
    Ok(())
}

fn main() {}
