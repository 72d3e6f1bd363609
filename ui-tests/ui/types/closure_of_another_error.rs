use recourse::resilient;

#[resilient(retry = "3 attempts", retry_if = |error: &std::io::Error| error.raw_os_error().is_none())]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
