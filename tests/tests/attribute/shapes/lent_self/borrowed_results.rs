//! A result that borrows from `&mut self`: with one attempt, mutably; with two, from what the receiver refers to.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct View<'t> {
    script: Script,
    text: &'t str,
    seen: Vec<u32>,
}

impl<'t> View<'t> {
    #[resilient(key = "shapes.lent_once", timeout = "1s")]
    async fn last(&mut self) -> Result<&mut u32, Fail> {
        self.seen.push(1);
        tokio::task::yield_now().await;
        self.seen.last_mut().ok_or(Fail::Missing)
    }

    #[resilient(key = "shapes.lent_result", retry = "2 attempts, no delay")]
    async fn text(&mut self) -> Result<&'t str, Fail> {
        self.seen.push(2);
        self.script.play().await?;
        Ok(self.text)
    }
}

#[tokio::test(start_paused = true)]
async fn the_returned_borrow_is_right() {
    let text = String::from("t");
    let mut view = View { script: once_busy(), text: &text, seen: vec![] };
    *send(view.last()).await.unwrap() += 6;
    let borrowed = send(view.text()).await.unwrap();
    assert_eq!((view.script.runs(), view.seen), (2, vec![7, 2, 2]));
    assert!(std::ptr::eq(borrowed, text.as_str()));
}
