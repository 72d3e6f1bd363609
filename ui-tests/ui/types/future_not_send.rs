use recourse::resilient;
use std::rc::Rc;

#[resilient(retry = "3 attempts")]
async fn load(id: Rc<u8>) -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(*id)
}

fn main() {
    drop(tokio::spawn(load(Rc::new(7))));
}
