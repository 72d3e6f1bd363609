use recourse::resilient;

#[resilient(timeout = "2s")]
pub struct Client {
    pub url: String,
}

fn main() {}
