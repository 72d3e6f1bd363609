//! `async unsafe fn`: the body is unsafe as it was, the caller vouches, and the expansion has nothing unsafe of its own.

#![deny(warnings, unsafe_op_in_unsafe_fn)]
#![deny(clippy::pedantic, clippy::nursery)]

use recourse::resilient;
use recourse_tests::{Fail, Script, busy, ok};

/// # Safety
///
/// There is a value at `at`.
#[resilient(key = "shapes.unsafe", retry = "2 attempts, no delay")]
#[allow(clippy::future_not_send, reason = "a pointer cannot be sent")]
async unsafe fn read(script: &Script, at: &*const u32) -> Result<u32, Fail> {
    // SAFETY: the caller says so.
    let value = unsafe { at.read() };
    script.play().await.map(|one| value + one)
}

/// # Safety
///
/// None is needed.
#[resilient(key = "shapes.unsafe_extern", retry = "2 attempts, no delay")]
#[allow(improper_ctypes_definitions, reason = "a future has no type in C")]
async unsafe extern "C" fn foreign(script: &Script, seen: &mut u32) -> Result<u32, Fail> {
    *seen += 1;
    script.play().await
}

struct Counter(Script, u32);

impl Counter {
    /// # Safety
    ///
    /// The pointer is valid, and nobody else writes.
    #[resilient(key = "shapes.unsafe_mut", retry = "2 attempts, no delay")]
    #[allow(clippy::future_not_send, reason = "a pointer cannot be sent")]
    async unsafe fn add(&mut self, to: *mut u32) -> Result<u32, Fail> {
        self.1 += 1;
        // SAFETY: the caller says so.
        unsafe { *to += 1 };
        self.0.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn unsafe_functions_stay_unsafe() {
    let (script, value) = (Script::new([busy(), ok(1)]), 7);
    let at = &raw const value;
    // SAFETY: there is a value.
    assert_eq!(unsafe { read(&script, &at) }.await.unwrap(), 8);
    assert_eq!(script.runs(), 2);
    let (script, mut seen) = (Script::new([busy(), ok(1)]), 0);
    // SAFETY: none is needed.
    assert_eq!(unsafe { foreign(&script, &mut seen) }.await.unwrap(), 1);
    assert_eq!((script.runs(), seen), (2, 2));
    let (mut counter, mut value) = (Counter(Script::new([busy(), ok(1)]), 0), 0);
    // SAFETY: it is valid, and nobody else writes.
    assert_eq!(unsafe { counter.add(&raw mut value) }.await.unwrap(), 1);
    assert_eq!((counter.0.runs(), counter.1, value), (2, 2, 2));
}
