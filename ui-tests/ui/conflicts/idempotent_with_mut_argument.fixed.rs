use recourse::resilient;
use std::sync::Mutex;

#[resilient(timeout = "2s", idempotent)]
async fn fill(rows: &Mutex<Vec<u8>>) -> Result<(), String> {
    rows.lock().unwrap().push(7);
    Ok(())
}

#[tokio::test]
async fn runs() {
    let rows = Mutex::new(Vec::new());
    assert_eq!(fill(&rows).await, Ok(()));
    assert_eq!(*rows.lock().unwrap(), [7]);
}
