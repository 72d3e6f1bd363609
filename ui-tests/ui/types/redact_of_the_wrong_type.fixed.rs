use recourse::observe::capture;
use recourse::resilient;

fn without_numbers(text: &str) -> String {
    text.replace(char::is_numeric, "*")
}

#[resilient(retry = "2 attempts, no delay", redact = without_numbers)]
async fn pay() -> Result<u8, String> {
    Err("card 40".into())
}

#[tokio::test]
async fn runs() {
    let (paid, timelines) = capture(pay()).await;
    assert_eq!(paid.unwrap_err(), "card 40");
    assert_eq!(timelines[0].attempts()[0].error.as_deref(), Some("card **"));
}
