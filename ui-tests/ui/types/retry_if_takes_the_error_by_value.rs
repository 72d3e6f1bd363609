use recourse::resilient;

fn is_slow(error: String) -> bool {
    error.contains("slow")
}

#[resilient(retry = "3 attempts", retry_if = is_slow)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
