use recourse::resilient;

fn largest(numbers: &[u8]) -> Result<u8, String> {
    numbers.iter().copied().max().ok_or_else(|| "empty".into())
}

#[resilient(retry = "3 attempts")]
async fn load(#[by_ref] numbers: Vec<u8>) -> Result<u8, String> {
    largest(numbers)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(vec![3, 7]).await, Ok(7));
}
