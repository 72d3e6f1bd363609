//! `impl Trait` inside the return type, alone and in a tuple.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.opaque", retry = "2 attempts, no delay")]
async fn numbers(script: &Script) -> Result<impl Iterator<Item = u32> + use<>, Fail> {
    let value = script.play().await?;
    Ok(0..value + 2)
}

#[resilient(key = "shapes.opaque_nested", retry = "2 attempts, no delay")]
async fn two(script: &Script, text: String) -> Result<(impl Fn() -> usize + use<>, Vec<impl Into<u64> + use<>>), Fail> {
    let value = script.play().await?;
    if text.is_empty() {
        return Err(Fail::Broken);
    }
    Ok((move || text.len(), vec![value]))
}

#[tokio::test(start_paused = true)]
async fn what_is_hidden_comes_out() {
    let script = once_busy();
    assert_eq!(send(numbers(&script)).await.unwrap().sum::<u32>(), 3);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    let (length, values) = send(two(&script, "abc".into())).await.unwrap();
    assert_eq!((length(), values.into_iter().map(Into::into).sum::<u64>()), (3, 1));
    assert_eq!(script.runs(), 2);
}
