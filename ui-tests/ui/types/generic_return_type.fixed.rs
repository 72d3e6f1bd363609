use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn run<T>(make: fn() -> Result<T, String>) -> Result<T, String> {
    make()
}

#[tokio::test]
async fn runs() {
    assert_eq!(run(|| Ok(7)).await, Ok(7));
}
