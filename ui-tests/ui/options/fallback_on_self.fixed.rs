use recourse::resilient;

pub struct Client;

impl Client {
    #[resilient(timeout = "2s", fallback = Self::cached)]
    pub async fn load(&self) -> Result<u8, String> {
        Err("reset".into())
    }

    async fn cached(&self, _error: String) -> Result<u8, String> {
        Ok(7)
    }
}

#[tokio::test]
async fn runs() {
    assert_eq!(Client.load().await, Ok(7));
}
