use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn show<T: ToString + Clone>(value: T) -> Result<String, String> {
    Ok(value.to_string())
}

#[tokio::test]
async fn runs() {
    assert_eq!(show(7).await, Ok("7".into()));
}
