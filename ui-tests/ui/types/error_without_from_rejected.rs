use recourse::resilient;

#[derive(Debug)]
pub struct NotFound;

#[resilient(timeout = "2s")]
async fn load() -> Result<u8, NotFound> {
    Err(NotFound)
}

fn main() {}
