//! Arguments that are `Send` and not `Sync`: the future can still be sent.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::cell::{Cell, RefCell};

#[resilient(key = "shapes.cells", retry = "2 attempts, no delay")]
async fn cells(script: &Script, count: Cell<u32>, seen: &mut RefCell<Vec<u32>>) -> Result<u32, Fail> {
    count.set(count.get() + 1);
    seen.borrow_mut().push(count.get());
    script.play().await?;
    Ok(count.get())
}

struct Local(Cell<u32>);

impl Local {
    #[resilient(key = "shapes.cell_receiver", retry = "2 attempts, no delay")]
    async fn add(&mut self, script: &Script) -> Result<u32, Fail> {
        self.0.set(self.0.get() + 1);
        script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_owned_need_not_be_sync() {
    let (script, mut seen) = (once_busy(), RefCell::default());
    assert_eq!(send(cells(&script, Cell::new(7), &mut seen)).await.unwrap(), 8);
    assert_eq!((script.runs(), seen.into_inner()), (2, vec![8, 8]));
    let (script, mut local) = (once_busy(), Local(Cell::new(0)));
    assert_eq!(send(local.add(&script)).await.unwrap(), 1);
    assert_eq!((script.runs(), local.0.get()), (2, 2));
}
