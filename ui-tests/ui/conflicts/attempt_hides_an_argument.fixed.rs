use recourse::resilient;

#[resilient(retry = "3 attempts", attempt = it)]
async fn load(number: u8) -> Result<u8, String> {
    if it.is_first() { Ok(number) } else { Err("busy".to_owned()) }
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(load(7).await, Ok(7));
}
