use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn keep(#[by_ref] numbers: Vec<u8>) -> Result<Vec<u8>, String> {
    Ok(numbers.clone())
}

#[tokio::test]
async fn runs() {
    assert_eq!(keep(vec![3, 4]).await, Ok(vec![3, 4]));
}
