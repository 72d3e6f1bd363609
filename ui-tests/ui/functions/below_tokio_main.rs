use recourse::resilient;

#[tokio::main(flavor = "current_thread")]
#[resilient(timeout = "2s")]
async fn main() -> Result<(), String> {
    Ok(())
}
