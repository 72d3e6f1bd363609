//! A `where` clause, with types that are no parameters.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;

#[resilient(key = "shapes.where_clause", retry = "2 attempts, no delay")]
async fn joined<I>(script: &Script, items: I) -> Result<String, Fail>
where
    I: IntoIterator + Clone,
    I::Item: Display,
    for<'a> &'a I: Sized,
    String: Display,
{
    script.play().await?;
    Ok(items.into_iter().map(|item| item.to_string()).collect())
}

#[tokio::test(start_paused = true)]
async fn the_clause_holds_in_the_body() {
    let script = once_busy();
    assert_eq!(send(joined(&script, vec![1, 2])).await.unwrap(), "12");
    assert_eq!(script.runs(), 2);
}
