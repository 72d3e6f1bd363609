//! Items in the body: functions, constants, statics, structs, impls, traits, enums, modules, uses, macros.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.inner_items", retry = "2 attempts, no delay")]
async fn items(script: &Script) -> Result<String, Fail> {
    use std::fmt::Write as _;
    use std::sync::atomic::{AtomicU32, Ordering};

    const LIMIT: u32 = 3;
    static CALLS: AtomicU32 = AtomicU32::new(0);

    struct Out(String);

    enum Side {
        Left,
    }

    trait Add {
        fn add(&mut self, n: u32);
    }

    impl Add for Out {
        fn add(&mut self, n: u32) {
            write!(self.0, "{n}").expect("a string takes it");
        }
    }

    mod inner {
        pub(super) const fn double(n: u32) -> u32 {
            2 * n
        }
    }

    macro_rules! left {
        () => {
            Side::Left
        };
    }

    const fn triple(n: u32) -> u32 {
        3 * n
    }

    let mut out = Out(String::new());
    out.add(CALLS.fetch_add(1, Ordering::Relaxed));
    match left!() {
        Side::Left => out.add(inner::double(LIMIT) + triple(LIMIT)),
    }
    script.play().await?;
    Ok(out.0)
}

#[tokio::test(start_paused = true)]
async fn items_stay_in_the_body() {
    let script = once_busy();
    assert_eq!(send(items(&script)).await.unwrap(), "115");
    assert_eq!(script.runs(), 2);
}
