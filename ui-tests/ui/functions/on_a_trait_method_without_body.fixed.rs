use recourse::resilient;

pub trait Store {
    async fn load(&self) -> Result<u8, String>;
}

pub struct Memory;

impl Store for Memory {
    #[resilient(timeout = "2s")]
    async fn load(&self) -> Result<u8, String> {
        Ok(7)
    }
}

#[tokio::test]
async fn runs() {
    assert_eq!(Memory.load().await, Ok(7));
}
