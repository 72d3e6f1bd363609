//! `Order { id, tags, .. }: Order`, `Id(id): Id`, and `&Id(id): &Id`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[derive(Clone)]
struct Order {
    id: u32,
    tags: Vec<&'static str>,
    #[allow(dead_code, reason = "the pattern leaves it out")]
    note: String,
}

#[derive(Clone, Copy)]
struct Id(u32);

#[resilient(key = "shapes.structs", retry = "2 attempts, no delay")]
async fn structs(
    script: &Script,
    Order { id: number, mut tags, .. }: Order,
    Id(id): Id,
    &Id(other): &Id,
) -> Result<String, Fail> {
    tags.push("last");
    script.play().await?;
    Ok(format!("{number} {} {id} {other}", tags.join("+")))
}

#[tokio::test(start_paused = true)]
async fn structs_are_taken_apart_in_each_attempt() {
    let script = once_busy();
    let order = Order { id: 5, tags: vec!["x"], note: String::new() };
    assert_eq!(send(structs(&script, order, Id(1), &Id(2))).await.unwrap(), "5 x+last 1 2");
    assert_eq!(script.runs(), 2);
}
