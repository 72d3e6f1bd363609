use recourse::resilient;

pub struct Client {
    pub url: String,
}

impl Client {
    #[resilient(timeout = "2s")]
    pub async fn load(&self) -> Result<usize, String> {
        Ok(self.url.len())
    }
}

#[tokio::test]
async fn runs() {
    let client = Client { url: "/users".into() };
    assert_eq!(client.load().await, Ok(6));
}
