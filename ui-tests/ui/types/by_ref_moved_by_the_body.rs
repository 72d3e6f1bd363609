use recourse::resilient;

fn sum(numbers: Vec<u8>) -> Result<u8, String> {
    Ok(numbers.iter().sum())
}

#[resilient(retry = "3 attempts")]
async fn load(#[by_ref] numbers: Vec<u8>) -> Result<u8, String> {
    sum(numbers)
}

fn main() {}
