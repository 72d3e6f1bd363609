use recourse::resilient;

#[resilient(timeout = "2s")]
async fn ping() -> Result<(), String> {
    println!("ping");
    Ok(())
}

#[tokio::test]
async fn runs() {
    assert_eq!(ping().await, Ok(()));
}
