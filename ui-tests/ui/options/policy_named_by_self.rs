use recourse::{Policy, RetryPolicy, resilient};

pub struct Client;

impl Client {
    const READS: Policy = Policy::new().retry(RetryPolicy::attempts(2));

    #[resilient(policy = Self::READS)]
    pub async fn load(&self) -> Result<u8, String> {
        Err("connection reset".into())
    }
}

fn main() {}
