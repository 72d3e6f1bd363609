use recourse::resilient;

#[resilient(retry = "foreever, fixed 1m")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
