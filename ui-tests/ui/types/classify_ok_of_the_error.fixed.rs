use recourse::resilient;

use recourse::Class;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "that is what it is given")]
fn empty(value: &u8) -> Class {
    if *value == 0 { Class::RETRYABLE } else { Class::Success }
}

#[resilient(retry = "3 attempts", classify_ok = empty)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
