use recourse::resilient;

fn is_slow(error: &str) -> bool {
    error == "slow"
}

#[resilient(retry = "3 attempts", retry_if = is_slow)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
