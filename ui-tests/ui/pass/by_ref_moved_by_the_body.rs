use recourse::resilient;

fn sum(numbers: &[u8]) -> Result<u8, String> {
    Ok(numbers.iter().sum())
}

#[resilient(retry = "3 attempts")]
async fn load(#[by_ref] numbers: Vec<u8>) -> Result<u8, String> {
    sum(numbers)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(vec![3, 4]).await, Ok(7));
}
