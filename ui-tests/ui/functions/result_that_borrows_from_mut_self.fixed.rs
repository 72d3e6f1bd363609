use recourse::resilient;

struct Pool(Vec<u8>);

impl Pool {
    #[resilient(timeout = "2s")]
    async fn first(&mut self) -> Result<&mut u8, String> {
        self.0.first_mut().ok_or_else(|| "empty".to_string())
    }
}

#[tokio::test]
async fn runs() {
    assert_eq!(Pool(vec![7]).first().await, Ok(&mut 7));
}
