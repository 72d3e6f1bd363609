//! `for<'a>` bounds.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.higher_ranked", retry = "2 attempts, no delay")]
async fn pick<F>(
    script: &Script,
    text: &str,
    pick: F,
    check: &(dyn for<'x> Fn(&'x str) -> bool + Sync),
) -> Result<String, Fail>
where
    F: for<'a> Fn(&'a str) -> &'a str + Clone,
{
    script.play().await?;
    let picked = pick(text);
    assert!(check(picked));
    Ok(picked.to_owned())
}

#[tokio::test(start_paused = true)]
async fn closures_over_any_lifetime_are_passed_on() {
    let script = once_busy();
    assert_eq!(send(pick(&script, " x ", str::trim, &|text| text.len() == 1)).await.unwrap(), "x");
    assert_eq!(script.runs(), 2);
}
