use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn sum(#[by_ref] numbers: &[u8]) -> Result<u8, String> {
    Ok(numbers.iter().sum())
}

fn main() {}
