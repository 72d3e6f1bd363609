use recourse::resilient;

fn class(error: &String) -> bool {
    error == "too slow"
}

#[resilient(retry = "3 attempts", classify = class)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
