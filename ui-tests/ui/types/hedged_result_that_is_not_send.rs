use recourse::resilient;
use std::rc::Rc;

#[resilient(hedge = "50ms")]
async fn load() -> Result<Rc<u8>, String> {
    Ok(Rc::new(1))
}

fn main() {
    drop(tokio::spawn(async { load().await.is_ok() }));
}
