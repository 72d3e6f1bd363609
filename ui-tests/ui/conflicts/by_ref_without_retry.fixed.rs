use recourse::resilient;

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn sum(#[by_ref] numbers: Vec<u8>) -> Result<u8, String> {
    Ok(numbers.iter().sum())
}

#[tokio::test]
async fn runs() {
    assert_eq!(sum(vec![3, 4]).await, Ok(7));
}
