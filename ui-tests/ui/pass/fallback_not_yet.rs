use recourse::resilient;

fn cached() -> u8 {
    7
}

#[resilient(timeout = "2s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test]
async fn runs() {
    let loaded = match load().await {
        Ok(value) => value,
        Err(_) => cached(),
    };
    assert_eq!(loaded, 7);
}
