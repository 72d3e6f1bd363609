use recourse::resilient;

#[resilient(retry = "3 attempts", retry_if = |_| recourse::Class::Ignore)]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

fn main() {}
