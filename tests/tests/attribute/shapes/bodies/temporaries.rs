//! Temporaries of the tail that borrow from locals, and values that are dropped in order.

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Mutex;

struct Note<'a>(&'a Mutex<Vec<&'static str>>, &'static str);

impl Drop for Note<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(self.1);
    }
}

#[resilient(key = "shapes.temporaries", retry = "2 attempts, no delay")]
async fn tail(script: &Script, log: &Mutex<Vec<&'static str>>) -> Result<u32, Fail> {
    let _first = Note(log, "first");
    let _second = Note(log, "second");
    let names = Mutex::new(vec![1, 2]);
    let value = script.play().await?;
    let count = names.lock().unwrap().len();
    u32::try_from(count).map(|count| count + value).map_err(|_| Fail::Broken)
}

#[tokio::test(start_paused = true)]
async fn locals_are_dropped_at_the_end_of_each_attempt_in_reverse() {
    let (script, log) = (once_busy(), Mutex::default());
    assert_eq!(tail(&script, &log).await.unwrap(), 3);
    assert_eq!((script.runs(), log.into_inner().unwrap()), (2, vec!["second", "first", "second", "first"]));
}
