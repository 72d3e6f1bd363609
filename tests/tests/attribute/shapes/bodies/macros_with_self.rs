//! Macros that mention `self`, where `self` is shared.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[derive(Debug)]
struct Point {
    script: Script,
    x: u32,
}

impl Point {
    #[resilient(key = "shapes.macros_ref", retry = "2 attempts, no delay")]
    async fn show(&self) -> Result<String, Fail> {
        assert!(self.x > 0, "{self:?}");
        let list = vec![self.x; 2];
        self.script.play().await?;
        debug_assert_eq!(self.x, list[0]);
        Ok(format!("{} {list:?} {{self}} {}", self.x, matches!(self, Self { x: 7, .. })))
    }
}

#[tokio::test(start_paused = true)]
async fn macros_see_self() {
    let point = Point { script: once_busy(), x: 7 };
    assert_eq!(send(point.show()).await.unwrap(), "7 [7, 7] {self} true");
    assert_eq!(point.script.runs(), 2);
}
