//! `#[cfg]`, `#[cfg_attr]` on the function, and `#[cfg_attr(.., resilient(..))]`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[cfg_attr(not(any()), resilient(key = "shapes.cfg_attr", retry = "2 attempts, no delay"))]
async fn guarded(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[cfg_attr(any(), resilient(key = "shapes.cfg_attr_off", retry = "2 attempts, no delay"))]
async fn plain(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[cfg(any())]
#[resilient(key = "shapes.cfg_off", retry = "2 attempts, no delay")]
async fn chosen(script: &Script) -> Result<Missing, Fail> {
    script.play().await
}

#[resilient(key = "shapes.cfg_on", retry = "2 attempts, no delay")]
#[cfg(not(any()))]
#[cfg_attr(not(any()), must_use = "it is a future")]
async fn chosen(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn what_is_chosen_is_guarded() {
    let script = once_busy();
    assert_eq!(send(guarded(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert!(plain(&script).await.is_err());
    assert_eq!(script.runs(), 1);
    let script = once_busy();
    assert_eq!(send(chosen(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
