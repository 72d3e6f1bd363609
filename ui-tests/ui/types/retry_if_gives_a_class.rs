use recourse::{Class, resilient};

fn is_slow(_error: &String) -> Class {
    Class::Ignore
}

#[resilient(retry = "3 attempts", retry_if = is_slow)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
