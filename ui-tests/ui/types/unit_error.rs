use recourse::resilient;

#[resilient(timeout = "2s")]
async fn load() -> Result<u8, ()> {
    Ok(7)
}

fn main() {}
