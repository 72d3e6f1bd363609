//! `pub(in ..)`, `pub(super)`, `pub(crate)`, and private, seen from where each may be seen.

use crate::shapes::{once_busy, send};

mod outer {
    pub(super) mod inner {
        use recourse::resilient;
        use recourse_tests::{Fail, Script};

        #[resilient(key = "shapes.pub_in", retry = "2 attempts, no delay")]
        pub(in crate::shapes::items::visibility) async fn within(script: &Script) -> Result<u32, Fail> {
            script.play().await
        }

        #[resilient(key = "shapes.pub_super", retry = "2 attempts, no delay")]
        pub(super) async fn parent(script: &Script) -> Result<u32, Fail> {
            private(script).await
        }

        async fn private(script: &Script) -> Result<u32, Fail> {
            script.play().await
        }
    }

    pub(super) use reached::parent;
    mod reached {
        use recourse_tests::{Fail, Script};

        pub(in crate::shapes::items::visibility) async fn parent(script: &Script) -> Result<u32, Fail> {
            super::inner::parent(script).await
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_is_seen_where_it_says() {
    let script = once_busy();
    assert_eq!(send(outer::inner::within(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(outer::parent(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
