//! `async extern "C" fn`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.extern_c", retry = "2 attempts, no delay")]
#[allow(improper_ctypes_definitions, reason = "a future has no type in C")]
async extern "C" fn foreign(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn the_abi_stays() {
    let script = once_busy();
    assert_eq!(send(foreign(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
