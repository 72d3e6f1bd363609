//! A tuple of structs of arrays, with `mut`, `ref`, `..` and `_` at all depths.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[derive(Clone)]
struct Page {
    lines: [(String, u32); 2],
    number: Option<u32>,
}

#[resilient(key = "shapes.nested", retry = "2 attempts, no delay")]
async fn nested(
    script: &Script,
    (Page { lines: [(mut first, _), (ref second, count)], number }, .., last): (Page, u8, u16, char),
) -> Result<String, Fail> {
    first.push_str(second);
    script.play().await?;
    Ok(format!("{first}{count}{number:?}{last}"))
}

#[tokio::test(start_paused = true)]
async fn every_depth_binds() {
    let script = once_busy();
    let page = Page { lines: [("a".into(), 1), ("b".into(), 2)], number: Some(3) };
    assert_eq!(send(nested(&script, (page, 0, 0, 'z'))).await.unwrap(), "ab2Some(3)z");
    assert_eq!(script.runs(), 2);
}
