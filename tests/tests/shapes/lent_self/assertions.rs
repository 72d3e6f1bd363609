//! What a failed `assert!` says of `self`.

// BUG: it says `assertion failed: __recourse_self.0 > 7`.

use recourse::resilient;
use recourse_tests::Fail;

struct Counter(u32);

impl Counter {
    #[resilient(key = "shapes.lent_assert", retry = "2 attempts, no delay")]
    async fn add(&mut self) -> Result<u32, Fail> {
        tokio::task::yield_now().await;
        assert!(self.0 > 7);
        Ok(self.0)
    }
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "assertion failed: self.0 > 7")]
async fn it_is_called_self() {
    let _ = Counter(0).add().await;
}
