use recourse::{Rejected, resilient};

fn unavailable(_rejected: Rejected) -> std::fmt::Error {
    std::fmt::Error
}

#[resilient(timeout = "2s", on_reject = unavailable)]
async fn load() -> Result<u8, ()> {
    Ok(7)
}

fn main() {}
