use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn read(id: u8, buffer: &mut Vec<u8>) -> Result<(), String> {
    buffer.push(id);
    Ok(())
}

#[tokio::test]
async fn runs() {
    let mut buffer = Vec::new();
    assert_eq!(read(7, &mut buffer).await, Ok(()));
    assert_eq!(buffer, [7]);
}
