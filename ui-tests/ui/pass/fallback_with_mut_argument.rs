use recourse::resilient;
use std::sync::Mutex;

async fn cached(_buffer: &Mutex<Vec<u8>>, _error: String) -> Result<u8, String> {
    Ok(7)
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load(buffer: &Mutex<Vec<u8>>) -> Result<u8, String> {
    buffer.lock().unwrap().push(1);
    Err("full".into())
}

#[tokio::test]
async fn runs() {
    let buffer = Mutex::new(Vec::new());
    assert_eq!(load(&buffer).await, Ok(7));
    assert_eq!(buffer.into_inner().unwrap(), [1]);
}
