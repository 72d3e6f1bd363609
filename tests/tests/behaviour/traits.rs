//! What every public type of the front door is: for threads, for tasks, and beside panics.

use recourse::circuit::BreakerStatus;
use recourse::observe::{Event, Timeline};
use recourse::{Breakers, Class, EnterGuard, Executor, ExecutorBuilder, Key, Policy, Rejected, RejectionKind};
use std::error::Error;
use std::fmt::Debug;
use std::panic::{RefUnwindSafe, UnwindSafe, catch_unwind};

/// call-11.
#[test]
fn types_are_send_and_may_be_used_after_a_panic() {
    fn shared<T: Send + Sync + Debug>() {}
    fn calm<T: UnwindSafe + RefUnwindSafe>() {}
    fn error<T: Error + Send + Sync + UnwindSafe + Unpin + 'static>() {}
    macro_rules! each {
        ($($name:ty),*) => { $(shared::<$name>(); calm::<$name>();)* };
    }
    each!(Executor, Breakers<'static>, Policy, Key, Rejected, RejectionKind, Class, Timeline, Event, BreakerStatus);
    shared::<ExecutorBuilder>();
    error::<Rejected>();

    let executor = Executor::new();
    let caught = catch_unwind(|| {
        let _ = executor.call(Key::from_static("traits.panics"), Policy::defaults(), async || Ok::<_, String>(7));
        panic!("of the user's");
    });
    assert!(caught.is_err() && executor.keys() == 1);
}

/// call-11: a guard of a thread stays on its thread.
#[test]
fn a_guard_of_a_thread_is_not_send() {
    trait NotSend<Marker> {
        fn told() {}
    }
    impl<T: ?Sized> NotSend<()> for T {}
    struct IsSend;
    impl<T: ?Sized + Send> NotSend<IsSend> for T {}
    // Ambiguous, and so an error, if the guard were `Send`.
    <EnterGuard as NotSend<_>>::told();
}
