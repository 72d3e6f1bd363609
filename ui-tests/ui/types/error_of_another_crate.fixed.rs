use recourse::resilient;

mod foreign {
    pub struct Error(());

    pub fn connect() -> Result<u8, Error> {
        if std::env::args().count() > 1_000 { Err(Error(())) } else { Ok(7) }
    }
}

#[resilient(retry = "3 attempts", on_reject = "never")]
async fn load() -> Result<u8, foreign::Error> {
    foreign::connect()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load().await.is_ok());
}
