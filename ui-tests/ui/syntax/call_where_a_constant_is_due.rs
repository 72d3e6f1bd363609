use recourse::resilient;

#[resilient(retry = recourse::RetryPolicy::attempts(2))]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
