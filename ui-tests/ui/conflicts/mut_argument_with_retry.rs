use recourse::resilient;

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn read(id: u8, buffer: &mut Vec<u8>) -> Result<(), String> {
    buffer.push(id);
    Ok(())
}

fn main() {}
