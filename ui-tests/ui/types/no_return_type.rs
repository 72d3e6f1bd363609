use recourse::resilient;

#[resilient(timeout = "2s")]
async fn ping() {
    println!("ping");
}

fn main() {}
