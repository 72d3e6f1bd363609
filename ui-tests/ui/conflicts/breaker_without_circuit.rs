use recourse::CircuitPolicy;
use recourse::circuit::{CircuitBreaker, CountingBreaker};
use recourse::resilient;

fn touchy(policy: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
    Box::new(CountingBreaker::new(*policy).unwrap())
}

#[resilient(timeout = "1s", breaker = touchy)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
