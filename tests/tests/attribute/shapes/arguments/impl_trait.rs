//! `impl Trait`, by value, by reference and by `&mut`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::{Display, Write};

#[resilient(key = "shapes.impl_trait", retry = "2 attempts, no delay")]
#[allow(clippy::future_not_send, reason = "it can be sent where its arguments can")]
async fn show(
    script: &Script,
    show: impl Fn(u32) -> String + Clone,
    name: impl Into<String> + Clone,
    value: &impl Display,
    out: &mut impl Write,
) -> Result<String, Fail> {
    let name: String = name.into();
    write!(out, "{value}").expect("a string takes it");
    Ok(name + &show(script.play().await?))
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_what_the_bound_allows() {
    let (script, mut out) = (once_busy(), String::new());
    assert_eq!(send(show(&script, |n| format!("<{n}>"), "n", &7, &mut out)).await.unwrap(), "n<1>");
    assert_eq!((script.runs(), out.as_str()), (2, "77"));
}
