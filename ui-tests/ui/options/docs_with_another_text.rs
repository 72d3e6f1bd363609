use recourse::resilient;

#[resilient(timeout = "2s", docs = "off")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
