//! `#[by_ref]` beside owned and `&mut` arguments.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

/// Not `Clone`.
struct Image(Vec<u8>);

#[resilient(key = "shapes.by_ref", retry = "2 attempts, no delay")]
async fn store(script: &Script, #[by_ref] image: Image, name: String, sent: &mut usize) -> Result<String, Fail> {
    let borrowed: &Image = image;
    *sent += borrowed.0.len();
    script.play().await?;
    Ok(name + "!")
}

#[tokio::test(start_paused = true)]
async fn both_attempts_borrow_the_one_there_is() {
    let (script, mut sent) = (once_busy(), 0);
    assert_eq!(send(store(&script, Image(vec![0; 4]), "a".into(), &mut sent)).await.unwrap(), "a!");
    assert_eq!((script.runs(), sent), (2, 8));
}
