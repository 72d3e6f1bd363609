//! Lifetimes left out: `&self` to `&str`, `Cow<'_, str>`, `View<'_>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::borrow::Cow;

struct Book {
    script: Script,
    title: String,
}

struct View<'t>(&'t str);

impl Book {
    #[resilient(key = "shapes.elided_str", retry = "2 attempts, no delay")]
    async fn title(&self, _: &str) -> Result<&str, Fail> {
        self.script.play().await?;
        Ok(&self.title)
    }

    #[resilient(key = "shapes.elided_cow", retry = "2 attempts, no delay")]
    async fn cow(&self) -> Result<Cow<'_, str>, Fail> {
        self.script.play().await?;
        Ok(Cow::Borrowed(&self.title))
    }

    #[resilient(key = "shapes.elided_view", retry = "2 attempts, no delay")]
    async fn view(&self) -> Result<View<'_>, Fail> {
        self.script.play().await.map(|_| View(&self.title))
    }
}

#[tokio::test(start_paused = true)]
async fn the_result_borrows_from_the_receiver() {
    let book = || Book { script: once_busy(), title: "t".into() };
    let a = book();
    assert!(std::ptr::eq(send(a.title(&String::from("x"))).await.unwrap(), a.title.as_str()));
    let b = book();
    assert!(matches!(send(b.cow()).await.unwrap(), Cow::Borrowed("t")));
    let c = book();
    assert_eq!(send(c.view()).await.unwrap().0, "t");
    assert_eq!((a.script.runs(), b.script.runs(), c.script.runs()), (2, 2, 2));
}
