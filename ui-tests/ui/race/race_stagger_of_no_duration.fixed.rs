use recourse::race;
use std::time::Duration;

async fn connect(address: &str) -> Result<usize, String> {
    Ok(address.len())
}

async fn first() -> usize {
    let gap = Duration::from_millis(250);
    race!(stagger = gap; connect("v6"), connect("v4")).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(first().await, 2);
}
