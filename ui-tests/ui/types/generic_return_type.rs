use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn run<R>(make: fn() -> R) -> R {
    make()
}

fn main() {}
