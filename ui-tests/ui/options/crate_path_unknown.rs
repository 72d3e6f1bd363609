use recourse::resilient;

#[resilient(timeout = "2s", crate = ::recurse)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
