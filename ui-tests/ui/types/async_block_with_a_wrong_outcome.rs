use recourse::resilient;

#[resilient(timeout = "2s")]
fn load(id: u8) -> impl Future<Output = Result<u8, String>> {
    let id = id + 1;
    async move { id }
}

fn main() {}
