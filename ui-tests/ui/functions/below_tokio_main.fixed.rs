use recourse::resilient;

#[resilient(timeout = "2s")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    Ok(())
}

#[test]
fn runs() {
    assert_eq!(main(), Ok(()));
}
