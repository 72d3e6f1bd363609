//! Methods of a generic type: the attribute does not see the parameters of the `impl`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;
use std::marker::PhantomData;

struct Repository<'s, T, const N: usize> {
    script: &'s Script,
    rows: [T; N],
    kind: PhantomData<fn() -> T>,
}

impl<'s, T: Clone + Display, const N: usize> Repository<'s, T, N> {
    #[resilient(key = "shapes.generic_type", retry = "2 attempts, no delay")]
    #[allow(clippy::future_not_send, reason = "it can be sent where a row can")]
    async fn first(&self, other: T) -> Result<String, Fail> {
        self.script.play().await?;
        Ok(format!("{}{other}{N}", self.rows[0]))
    }

    #[resilient(key = "shapes.generic_type_mut", retry = "2 attempts, no delay")]
    async fn put(&mut self, row: T) -> Result<&'s Script, Fail> {
        self.rows[0] = row;
        self.script.play().await?;
        Ok(self.script)
    }
}

#[tokio::test(start_paused = true)]
async fn parameters_of_the_type_are_known_in_the_body() {
    let script = once_busy();
    let mut repository = Repository { script: &script, rows: [1.5, 2.5], kind: PhantomData };
    assert_eq!(send(repository.first(3.5)).await.unwrap(), "1.53.52");
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    repository.script = &script;
    assert!(std::ptr::eq(send(repository.put(9.0)).await.unwrap(), &raw const script));
    assert_eq!((script.runs(), repository.rows), (2, [9.0, 2.5]));
}
