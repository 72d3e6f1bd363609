use recourse::CircuitPolicy;
use recourse::circuit::{CircuitBreaker, CountingBreaker};
use recourse::resilient;

fn touchy(policy: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
    Box::new(CountingBreaker::new(*policy).unwrap())
}

#[resilient(timeout = "1s", circuit = "1 failure", breaker = touchy)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await.unwrap_err(), "connection reset");
    assert!(load().await.unwrap_err().ends_with("its circuit is open"));
}
