use recourse::resilient;

#[resilient(retry = "3 attempts", attempt = number)]
async fn load(number: u8) -> Result<u8, String> {
    Ok(number)
}

fn main() {}
