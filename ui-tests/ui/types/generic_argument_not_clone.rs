use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn show<T: ToString>(value: T) -> Result<String, String> {
    Ok(value.to_string())
}

fn main() {}
