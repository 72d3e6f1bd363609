use recourse::{Class, resilient};

fn class(_error: &String) -> Class {
    Class::Ignore
}

#[resilient(retry = "3 attempts", classify = class)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 1);
}
