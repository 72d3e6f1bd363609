//! Arguments and functions with raw names.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.raw_names", retry = "2 attempts, no delay")]
async fn r#match(
    script: &Script,
    r#type: String,
    mut r#in: u32,
    r#ref: &mut u32,
    (r#loop, _): (u32, u32),
) -> Result<String, Fail> {
    r#in += r#loop;
    *r#ref += 1;
    script.play().await?;
    Ok(format!("{}{in}", r#type, r#in = r#in))
}

#[tokio::test(start_paused = true)]
async fn keywords_may_be_names() {
    let (script, mut count) = (once_busy(), 0);
    assert_eq!(send(r#match(&script, "t".into(), 7, &mut count, (1, 0))).await.unwrap(), "t8");
    assert_eq!((script.runs(), count), (2, 2));
}
