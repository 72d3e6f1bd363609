//! Lints of clippy fire at the user's code.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::pin::Pin;

#[resilient(key = "shapes.clippy", retry = "2 attempts, no delay")]
async fn body(script: &Script, text: String) -> Result<usize, Fail> {
    #[expect(clippy::useless_format)]
    let copy = format!("x") + &text;
    #[expect(clippy::len_zero)]
    if copy.len() == 0 {
        return Err(Fail::Broken);
    }
    script.play().await?;
    #[expect(clippy::let_and_return)]
    let length = {
        let length = copy.len();
        length
    };
    Ok(length)
}

#[resilient(key = "shapes.clippy_tail", retry = "2 attempts, no delay")]
#[expect(clippy::needless_question_mark)]
async fn tail(script: &Script) -> Result<u32, Fail> {
    Ok(script.play().await?)
}

struct Counter(Script, Vec<u32>);

impl Counter {
    /// Lints that look whether an expression begins with the text in the source fire as well.
    #[resilient(key = "shapes.clippy_mut", retry = "2 attempts, no delay")]
    async fn lent(&mut self) -> Result<u32, Fail> {
        #[expect(clippy::redundant_closure_call)]
        (|| self.1.push(1))();
        #[expect(clippy::len_zero)]
        if self.1.len() == 0 {
            return Err(Fail::Broken);
        }
        #[expect(clippy::indexing_slicing)]
        let first = self.1[0];
        #[expect(clippy::arithmetic_side_effects)]
        let second = self.1.len() + 1;
        assert!(first > 0 && second > 0);
        self.0.play().await
    }

    #[resilient(key = "shapes.clippy_pinned", retry = "2 attempts, no delay")]
    async fn pinned(self: Pin<&mut Self>, place: usize) -> Result<u32, Fail> {
        #[expect(clippy::indexing_slicing)]
        let found = self.1[place];
        self.0.play().await.map(|played| played.saturating_add(found))
    }

    #[resilient(key = "shapes.clippy_lent", retry = "2 attempts, no delay")]
    async fn by_ref(#[by_ref] self) -> Result<u32, Fail> {
        #[expect(clippy::indexing_slicing)]
        let found = self.1[0];
        self.0.play().await.map(|played| played.saturating_add(found))
    }
}

/// attribute-14: checked by clippy, which reports an expectation that is not fulfilled.
#[tokio::test(start_paused = true)]
async fn each_is_expected_and_found() {
    let script = once_busy();
    assert_eq!(send(body(&script, "t".into())).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(tail(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let mut counter = Counter(once_busy(), vec![]);
    assert_eq!(send(counter.lent()).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), &counter.1), (2, &vec![1, 1]));
    counter.0 = once_busy();
    assert_eq!(send(Pin::new(&mut counter).pinned(1)).await.unwrap(), 2);
    counter.0 = once_busy();
    assert_eq!(send(counter.by_ref()).await.unwrap(), 2);
}
