use recourse::resilient;

pub struct Malformed;

fn parse(id: &str) -> Result<u8, Malformed> {
    id.parse().map_err(|_| Malformed)
}

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn load(id: &str) -> Result<u8, String> {
    let id = parse(id).map_err(|_| "malformed".to_owned())?;
    Ok(id)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load("7").await, Ok(7));
}
