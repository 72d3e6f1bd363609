use recourse::resilient;

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn load(id: u8) -> Result<u8, String> {
    if id == 0 {
        return id;
    }
    Ok(id)
}

fn main() {}
