use recourse::race;
use std::time::Duration;

async fn connect(address: &str) -> Result<usize, String> {
    Ok(address.len())
}

async fn first() -> usize {
    let gap = Duration::from_millis(250);
    race!(max = 2, stagger = gap; for address in ["v6", "v4"] => connect(address)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(first().await, 2);
}
