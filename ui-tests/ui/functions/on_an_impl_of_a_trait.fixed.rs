use recourse::resilient;

pub struct Shards;

trait Store {
    async fn load(&self) -> Result<u8, String>;
}

impl Store for Shards {
    #[resilient(retry = "3 attempts")]
    async fn load(&self) -> Result<u8, String> {
        Ok(7)
    }
}

#[tokio::test]
async fn runs() {
    assert_eq!(Shards.load().await, Ok(7));
}
