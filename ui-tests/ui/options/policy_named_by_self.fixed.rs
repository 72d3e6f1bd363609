use recourse::{Policy, RetryPolicy, resilient};

pub struct Client;

impl Client {
    const READS: Policy = Policy::new().retry(RetryPolicy::attempts(2));

    #[resilient(policy = Client::READS)]
    pub async fn load(&self) -> Result<u8, String> {
        Err("connection reset".into())
    }
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(Client.load()).await, 2);
}
