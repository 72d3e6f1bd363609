//! The request that a guarded function is called with, and what a call site is for this test.

use crate::body::{Body, Fail, Stage};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// One place in a program that makes calls.
pub(crate) type Site = Box<dyn Fn(Rc<Stage>) -> Called>;

pub(crate) type Called = Pin<Box<dyn Future<Output = Result<u32, Fail>>>>;

/// A request of a run. Its clone is the run, so that making one may panic; a function whose body runs only once makes none.
pub(crate) struct Request(Rc<Stage>, Option<Body>);

impl Clone for Request {
    fn clone(&self) -> Self {
        Self(self.0.clone(), Some(self.0.make()))
    }
}

impl Request {
    pub(crate) fn new(stage: Rc<Stage>) -> Self {
        Self(stage, None)
    }

    pub(crate) async fn run(self) -> Result<u32, Fail> {
        self.1.unwrap_or_else(|| self.0.make()).await
    }
}
