use recourse::resilient;

type Found = Option<u8>;

#[resilient(timeout = "2s")]
async fn load() -> Found {
    Some(7)
}

fn main() {}
