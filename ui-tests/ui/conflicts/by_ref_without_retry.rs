use recourse::resilient;

#[resilient(timeout = "2s")]
async fn sum(#[by_ref] numbers: Vec<u8>) -> Result<u8, String> {
    Ok(numbers.iter().sum())
}

fn main() {}
