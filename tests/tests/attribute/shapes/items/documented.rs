//! Doc comments of all kinds, on the function and in its body.

#![deny(missing_docs)]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

/// Above.
#[resilient(key = "shapes.documented", retry = "2 attempts, no delay")]
#[doc = "Below."]
#[doc(hidden)]
/** In a block. */
#[allow(clippy::mixed_attributes_style, reason = "it is the shape")]
async fn documented(script: &Script) -> Result<u32, Fail> {
    //! Inside.
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn docs_stay_in_place() {
    let script = once_busy();
    assert_eq!(send(documented(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
