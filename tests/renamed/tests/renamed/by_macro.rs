//! A macro of a facade: `crate = $crate::resilience`.

use crate::Runs;
use std::io;

recourse_tests_renamed::guarded! {
    /// Documented.
    async fn free(runs: &Runs, text: String) -> io::Result<(String, u32)> {
        runs.play().await.map(|run| (text, run))
    }
}

struct Counter(Runs, u32);

impl Counter {
    recourse_tests_renamed::guarded! {
        async fn add(&mut self, n: u32) -> io::Result<u32> {
            self.1 += n;
            self.0.play().await
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_found_in_the_crate_of_the_macro() {
    assert_eq!(free(&Runs::default(), "t".into()).await.unwrap(), ("t".into(), 2));
    let mut counter = Counter(Runs::default(), 0);
    assert_eq!((counter.add(7).await.unwrap(), counter.1), (2, 14));
}
