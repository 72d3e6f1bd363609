use recourse::resilient;

async fn is_slow(_error: &String) -> bool {
    true
}

#[resilient(retry = "3 attempts", retry_if = is_slow)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
