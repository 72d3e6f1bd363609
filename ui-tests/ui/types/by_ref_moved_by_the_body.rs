use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn keep(#[by_ref] numbers: Vec<u8>) -> Result<Vec<u8>, String> {
    Ok(numbers)
}

fn main() {}
