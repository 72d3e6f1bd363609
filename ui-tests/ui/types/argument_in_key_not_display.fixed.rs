use recourse::resilient;

#[derive(Clone)]
struct Shard(u8);

#[resilient(key = "db.{shard.0}", retry = "3 attempts")]
async fn load(shard: Shard) -> Result<u8, String> {
    Ok(shard.0)
}

#[tokio::test]
async fn runs() {
    assert_eq!(super::attempts(load(Shard(3))).await, 1);
}
