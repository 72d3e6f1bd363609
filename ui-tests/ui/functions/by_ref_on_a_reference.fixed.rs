use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn sum(numbers: &[u8]) -> Result<u8, String> {
    Ok(numbers.iter().sum())
}

#[tokio::test]
async fn runs() {
    assert_eq!(sum(&[3, 4]).await, Ok(7));
}
