use recourse::resilient;

#[resilient(timeout = "2s")]
async fn load() -> Option<u8> {
    Some(7)
}

fn main() {}
