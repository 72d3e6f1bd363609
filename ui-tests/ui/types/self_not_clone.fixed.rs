use recourse::resilient;
use std::sync::Arc;

pub struct Upload(pub Vec<u8>);

impl Upload {
    #[resilient(retry = "3 attempts")]
    pub async fn send(self: Arc<Self>) -> Result<usize, String> {
        Ok(self.0.len())
    }
}

#[tokio::test]
async fn runs() {
    assert_eq!(Arc::new(Upload(vec![1, 2])).send().await, Ok(2));
}
