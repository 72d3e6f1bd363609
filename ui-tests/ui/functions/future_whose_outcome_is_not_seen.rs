use recourse::resilient;

#[resilient(timeout = "2s")]
fn load() -> impl Future + Send {
    async { Ok::<u8, String>(7) }
}

fn main() {}
