use recourse::resilient;

#[resilient(key = "prefetch", concurrency = "8 at once", priority = "sheddable")]
async fn prefetch(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(prefetch(7).await, Ok(7));
}
