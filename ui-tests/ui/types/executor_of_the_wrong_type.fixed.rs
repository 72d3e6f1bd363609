use recourse::{Executor, resilient};

pub struct Client {
    pub executor: Executor,
}

impl Client {
    #[resilient(timeout = "2s", executor = self.executor)]
    pub async fn load(&self) -> Result<u8, String> {
        Ok(7)
    }
}

#[tokio::test]
async fn runs() {
    let client = Client { executor: Executor::new() };
    assert_eq!(client.load().await, Ok(7));
}
