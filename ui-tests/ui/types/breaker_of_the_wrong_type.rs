use recourse::CircuitPolicy;
use recourse::circuit::CountingBreaker;
use recourse::resilient;

fn touchy(policy: &CircuitPolicy) -> CountingBreaker {
    CountingBreaker::new(*policy).unwrap()
}

#[resilient(circuit = "1 failure", breaker = touchy)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
