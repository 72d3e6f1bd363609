use recourse::context::Priority;
use recourse::resilient;

#[resilient(key = "load", concurrency = "8 at once", priority = level)]
async fn load(level: Option<Priority>) -> Result<Option<Priority>, String> {
    Ok(level)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(load("low".parse().ok()).await, Ok(Some(Priority::Low)));
}
