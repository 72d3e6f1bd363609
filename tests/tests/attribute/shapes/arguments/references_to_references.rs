//! `&&T`, `&mut &T`, `&mut &mut T`, `&mut Option<&mut T>`, and a tuple of references.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.references", retry = "2 attempts, no delay")]
#[allow(clippy::mut_mut, reason = "it is the shape")]
async fn references<'a>(
    script: &&Script,
    cursor: &mut &'a str,
    count: &mut &mut u32,
    maybe: &mut Option<&mut u32>,
    (left, right): (&'a str, &str),
) -> Result<String, Fail> {
    *cursor = &cursor[1..];
    **count += 1;
    if let Some(n) = maybe.as_deref_mut() {
        *n += 1;
    }
    script.play().await?;
    Ok(format!("{cursor}{left}{right}"))
}

#[tokio::test(start_paused = true)]
async fn what_is_lent_may_be_a_reference() {
    let (script, mut cursor, mut count, mut n) = (once_busy(), "abcd", 0, 0);
    let (borrowed, mut lent, mut maybe) = (&script, &mut count, Some(&mut n));
    let future = references(&borrowed, &mut cursor, &mut lent, &mut maybe, ("l", "r"));
    assert_eq!(send(future).await.unwrap(), "cdlr");
    assert_eq!((script.runs(), cursor, count, n), (2, "cd", 2, 2));
}
