//! Lifetimes with names, and with bounds.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct View<'t> {
    text: &'t str,
}

#[resilient(key = "shapes.lifetimes", retry = "2 attempts, no delay")]
async fn shorter<'a, 'b: 'a>(script: &Script, left: &'a str, right: &'b View<'b>) -> Result<&'a str, Fail> {
    script.play().await?;
    Ok(if left.len() < right.text.len() { left } else { right.text })
}

#[resilient(key = "shapes.lifetime_of_a_value", retry = "2 attempts, no delay")]
async fn within<'t>(script: &Script, views: Vec<&'t str>, _: &str) -> Result<View<'t>, Fail> {
    script.play().await?;
    Ok(View { text: views.into_iter().next().unwrap_or_default() })
}

#[tokio::test(start_paused = true)]
async fn the_returned_borrow_is_that_of_the_argument() {
    let script = once_busy();
    let text = String::from("abc");
    assert!(std::ptr::eq(send(shorter(&script, "abcd", &View { text: &text })).await.unwrap(), text.as_str()));
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    let view = {
        let short = String::new();
        send(within(&script, vec![&text], &short)).await.unwrap()
    };
    assert!(std::ptr::eq(view.text, text.as_str()));
    assert_eq!(script.runs(), 2);
}
