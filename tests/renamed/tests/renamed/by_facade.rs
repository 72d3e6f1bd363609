//! A module that re-exports it: `crate = crate::by_facade::facade::recourse`.

use crate::Runs;
use std::io;

mod facade {
    pub(super) use resilience as recourse;
    pub(super) use resilience::resilient as guarded;
}

#[facade::guarded(crate = crate::by_facade::facade::recourse, key = "renamed.facade", retry = "2 attempts, no delay")]
async fn by_module(runs: &Runs) -> io::Result<u32> {
    runs.play().await
}

#[facade::guarded(crate = self::facade::recourse, key = "renamed.facade_self", hedge = "1s, at most 1", retry = "2 attempts, no delay")]
async fn by_self(runs: &Runs) -> io::Result<u32> {
    runs.play().await
}

#[facade::guarded(crate = recourse_tests_renamed::resilience, key = "renamed.facade_crate", retry = "2 attempts, no delay")]
async fn by_crate(runs: &Runs) -> io::Result<u32> {
    runs.play().await
}

#[tokio::test(start_paused = true)]
async fn it_is_found_through_a_module() {
    assert_eq!(by_module(&Runs::default()).await.unwrap(), 2);
    assert_eq!(by_self(&Runs::default()).await.unwrap(), 2);
    assert_eq!(by_crate(&Runs::default()).await.unwrap(), 2);
}
