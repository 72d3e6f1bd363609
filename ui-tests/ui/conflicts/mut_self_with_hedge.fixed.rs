use recourse::resilient;

pub struct Counter(u32);

impl Counter {
    #[resilient(timeout = "2s")]
    pub async fn next(&mut self) -> Result<u32, String> {
        self.0 += 1;
        Ok(self.0)
    }
}

#[tokio::test]
async fn runs() {
    let mut counter = Counter(0);
    assert_eq!(counter.next().await, Ok(1));
}
