//! `self::path` calls, `use self::`, and `pub(self)`.

#![allow(unused_qualifications, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

mod steps {
    pub(super) const fn next(n: u32) -> u32 {
        n + 1
    }
}

const fn double(n: u32) -> u32 {
    2 * n
}

struct Counter {
    script: Script,
    seen: u32,
}

impl Counter {
    #[resilient(key = "shapes.lent_paths", retry = "2 attempts, no delay")]
    async fn add(&mut self) -> Result<u32, Fail> {
        use self::steps::{self, next};

        #[allow(clippy::needless_pub_self, reason = "it is the shape")]
        pub(self) const ONE: u32 = 1;

        self.seen = self::double(self.seen) + self::steps::next(0);
        self.seen += next(0) + steps::next(0) + ONE;
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_path_that_begins_with_self_stays_a_path() {
    let mut counter = Counter { script: once_busy(), seen: 0 };
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen), (2, 12));
}
