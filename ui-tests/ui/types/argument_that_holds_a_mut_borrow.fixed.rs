use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn read(id: u8, buffer: &mut Option<Vec<u8>>) -> Result<u8, String> {
    if let Some(buffer) = buffer {
        buffer.push(id);
    }
    Ok(id)
}

#[tokio::test]
async fn runs() {
    let mut buffer = Some(Vec::new());
    assert_eq!(read(7, &mut buffer).await, Ok(7));
    assert_eq!(buffer, Some(vec![7]));
}
