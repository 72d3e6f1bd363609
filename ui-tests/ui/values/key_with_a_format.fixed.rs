use recourse::resilient;

#[resilient(key = "db.{shard}", timeout = "2s")]
async fn load(shard: u8) -> Result<u8, String> {
    Ok(shard)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(3).await, Ok(3));
}
