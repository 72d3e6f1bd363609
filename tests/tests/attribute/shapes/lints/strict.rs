//! Lints that are off everywhere by default, turned on here: the expansion sets off none of them.

#![deny(
    unused,
    missing_docs,
    elided_lifetimes_in_paths,
    unused_results,
    unused_lifetimes,
    single_use_lifetimes,
    let_underscore_drop,
    trivial_casts,
    unreachable_pub,
    unused_qualifications,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::absolute_paths,
    clippy::arithmetic_side_effects,
    clippy::pattern_type_mismatch,
    clippy::question_mark_used,
    clippy::min_ident_chars,
    clippy::mod_module_files,
    clippy::clone_on_ref_ptr,
    clippy::let_underscore_untyped,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_docs_in_private_items,
    clippy::else_if_without_else,
    clippy::indexing_slicing,
    clippy::semicolon_outside_block,
    clippy::infinite_loop,
    clippy::std_instead_of_core,
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks,
    clippy::used_underscore_binding,
    clippy::significant_drop_in_scrutinee
)]

use core::future::Future;
use core::pin::Pin;
use recourse::resilient;
use recourse_tests::{Fail, Script};

/// Two fields.
struct Counter {
    /// What it plays.
    script: Script,
    /// How often.
    count: usize,
}

/// Of all kinds of arguments.
#[resilient(key = "shapes.strict", retry = "2 attempts, no delay")]
async fn free(script: &Script, text: String, _unused: u32, seen: &mut usize) -> Result<String, Fail> {
    seen.clone_from(&text.len());
    script.play().await.map(|_| text)
}

impl Counter {
    /// Lent.
    #[resilient(key = "shapes.strict_mut", retry = "2 attempts, no delay", timeout = "1s", circuit = "defaults")]
    async fn add(&mut self) -> Result<u32, Fail> {
        self.count = self.count.saturating_add(1);
        self.script.play().await
    }

    /// In a box.
    #[resilient(key = "shapes.strict_box", retry = "2 attempts, no delay")]
    fn boxed(&self) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + '_>> {
        Box::pin(self.script.play())
    }

    /// With a fallback.
    #[resilient(key = "shapes.strict_fallback", retry = "2 attempts, no delay", fallback = Self::instead)]
    async fn get(&self, name: String) -> Result<u32, Fail> {
        drop(name);
        self.script.play().await
    }

    /// What `get` falls back to.
    #[allow(clippy::unused_async, reason = "a fallback is async")]
    async fn instead(&self, _: String, error: Fail) -> Result<u32, Fail> {
        Err(error)
    }
}

#[tokio::test(start_paused = true)]
#[allow(clippy::unwrap_used, reason = "it is a test")]
#[allow(
    clippy::missing_docs_in_private_items,
    clippy::absolute_paths,
    clippy::min_ident_chars,
    reason = "it is a test"
)]
async fn the_expansion_sets_off_no_lint() {
    let (script, mut seen) = (crate::shapes::once_busy(), 0);
    assert_eq!(free(&script, String::from("t"), 0, &mut seen).await.unwrap(), "t");
    assert_eq!((script.runs(), seen), (2, 1));
    let mut counter = Counter { script: crate::shapes::once_busy(), count: 0 };
    assert_eq!(counter.add().await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.count), (2, 2));
    counter.script = crate::shapes::once_busy();
    assert_eq!(counter.boxed().await.unwrap(), 1);
    assert_eq!(counter.script.runs(), 2);
    counter.script = crate::shapes::once_busy();
    assert_eq!(counter.get(String::new()).await.unwrap(), 1);
    assert_eq!(counter.script.runs(), 2);
}
