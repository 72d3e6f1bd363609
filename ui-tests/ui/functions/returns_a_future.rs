use recourse::resilient;

#[resilient(timeout = "2s")]
fn load() -> impl Future<Output = Result<u8, String>> {
    async { Ok(7) }
}

fn main() {}
