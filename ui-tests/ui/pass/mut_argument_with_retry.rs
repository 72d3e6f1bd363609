use recourse::resilient;
use std::sync::Mutex;

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn read(id: u8, buffer: &Mutex<Vec<u8>>) -> Result<(), String> {
    buffer.lock().unwrap().push(id);
    Ok(())
}

#[tokio::test]
async fn runs() {
    let buffer = Mutex::new(Vec::new());
    assert_eq!(read(7, &buffer).await, Ok(()));
    assert_eq!(*buffer.lock().unwrap(), [7]);
}
