//! Bodies that hold what cannot be sent over an await, and results that cannot.

#![allow(clippy::future_not_send, reason = "it is the shape")]

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[resilient(key = "shapes.not_send", retry = "2 attempts, no delay")]
async fn held(script: &Script, shared: Rc<Cell<u32>>) -> Result<Rc<str>, Fail> {
    let mine = Rc::clone(&shared);
    mine.set(mine.get() + 1);
    let value = script.play().await?;
    Ok(format!("{value}{}", shared.get()).into())
}

#[resilient(key = "shapes.not_send_mut", retry = "2 attempts, no delay")]
async fn lent(script: &Script, cell: &mut Rc<RefCell<Vec<u32>>>) -> Result<u32, Fail> {
    cell.borrow_mut().push(1);
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn a_body_need_not_be_send() {
    let (script, shared) = (once_busy(), Rc::new(Cell::new(0)));
    assert_eq!(&*held(&script, shared.clone()).await.unwrap(), "12");
    assert_eq!((script.runs(), Rc::strong_count(&shared)), (2, 1));
    let (script, mut cell) = (once_busy(), Rc::default());
    assert_eq!(lent(&script, &mut cell).await.unwrap(), 1);
    assert_eq!((script.runs(), cell.borrow().len()), (2, 2));
}
