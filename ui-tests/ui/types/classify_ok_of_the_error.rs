use recourse::resilient;

use recourse::Class;

fn empty(error: &String) -> Class {
    if error.is_empty() { Class::RETRYABLE } else { Class::Success }
}

#[resilient(retry = "3 attempts", classify_ok = empty)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
