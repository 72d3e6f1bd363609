use recourse::resilient;

pub struct Socket(pub u8);

impl Socket {
    #[resilient(retry = "3 attempts")]
    pub fn send<C: AsRef<str> + Clone>(&mut self, text: C) -> impl Future<Output = Result<u8, String>> + use<'_, C> {
        let id = self.0;
        async move { text.as_ref().parse().map(|_: u8| id).map_err(|_| "no number".to_owned()) }
    }
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(Socket(7).send("1").await, Ok(7));
    assert_eq!(super::attempts(Socket(7).send("x")).await, 3);
}
