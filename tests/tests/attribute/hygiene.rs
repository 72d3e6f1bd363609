//! The expansion in hostile surroundings: it names nothing but absolute paths, and shadows nothing of the user's.

#![allow(clippy::items_after_statements, reason = "the surroundings are what is tested")]

use recourse_tests::{Fail, Script, Stage, busy, ok};

/// Modules and items that stand where expanded code might look.
mod hostile {
    #![allow(dead_code, non_snake_case, missing_docs, unreachable_pub)]
    pub mod core {}
    pub mod std {}
    pub mod tokio {}
    pub mod __private {}
    pub struct Result;
    pub struct Option;
    pub struct Box;
    pub struct Policy;
    pub struct Site;
    pub trait Future {}
    pub trait Clone {}
    pub fn Ok() {}
    pub fn Err() {}
    pub fn Some() {}
    pub fn None() {}
    pub static SITE: u32 = 1;

    use recourse_tests::{Fail, Stage};

    pub async fn race() -> ::core::result::Result<u32, u32> {
        let fails = || async { ::core::result::Result::<u32, u32>::Err(1) };
        recourse::race!(stagger = 1ms; v6 = fails(), v4 = fails()).await.map_err(|error| error.v6 + error.v4)
    }

    #[recourse::resilient(key = "hostile", executor = stage.executor, retry = "3 attempts, fixed 1ms", timeout = "1s")]
    pub async fn call(stage: &Stage, times: u32) -> ::core::result::Result<u32, Fail> {
        let value = stage.script.play().await?;
        ::core::result::Result::Ok(value * times * SITE)
    }
}

mod no_prelude {
    #![no_implicit_prelude]

    pub(super) async fn race(no: u32) -> ::core::result::Result<u32, u32> {
        let fails = || async { ::core::result::Result::<u32, u32>::Err(no) };
        let race = ::recourse::race!(
            stagger = [1ms, 2ms], deadline = 1s, panics = lose;
            v6 = fails(), v4 = async { ::core::result::Result::<u32, u32>::Ok(no) } if no > 1 => |no| no + 1,
        );
        race.await.map_err(|error| *error.v6.failed().expect("it failed"))
    }

    #[::recourse::resilient(key = "no_prelude", executor = stage.executor, retry = "3 attempts, fixed 1ms", timeout = "1s")]
    pub(super) async fn call(
        stage: &::recourse_tests::Stage,
        name: ::std::string::String,
    ) -> ::core::result::Result<u32, ::recourse_tests::Fail> {
        let _ = name;
        stage.script.play().await
    }
}

/// Blanket traits whose methods have the names that generated code might call.
mod blanket {
    #![allow(dead_code, unreachable_pub)]
    pub trait Sneaky {
        fn as_mut(&self) {}
        fn call(&self) {}
        fn clone(&self) {}
        fn attempt(&self) {}
        fn gate(&self) {}
        fn class(&self) {}
        fn text(&self) {}
        fn cause(&self) {}
        fn stagger(&self) {}
        fn timed(&self) {}
    }
    impl<T: ?Sized> Sneaky for T {}
}

#[tokio::test(start_paused = true)]
async fn shadowed_modules_and_names_do_not_matter() {
    let stage = Stage::new([busy(), ok(7)]);
    assert_eq!(hostile::call(&stage, 2).await.expect("the second succeeds"), 14);
    let stage = Stage::new([busy(), ok(7)]);
    assert_eq!(no_prelude::call(&stage, "x".into()).await.expect("the second succeeds"), 7);
}

#[tokio::test(start_paused = true)]
async fn races_run_in_hostile_surroundings() {
    #[allow(unused_imports)]
    use blanket::Sneaky as _;
    assert_eq!(hostile::race().await, Err(2));
    assert_eq!((no_prelude::race(7).await, no_prelude::race(1).await), (Ok(8), Err(1)));
    // Names of branches may be those of the error's own methods.
    let error = recourse::race!(times = async { None::<u8> }, preferred = async { None }, entries = async { None });
    let error = error.await.unwrap_err();
    assert_eq!((error.times().len(), error.preferred), (3, error.times));
    assert_eq!(error.entries, *error.preferred());
}

#[tokio::test(start_paused = true)]
async fn traits_with_the_same_method_names_do_not_matter() {
    #[allow(unused_imports)]
    use blanket::Sneaky as _;
    #[recourse::resilient(key = "sneaky", executor = stage.executor, retry = "3 attempts, fixed 1ms", timeout = "1s")]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    assert_eq!(call(&Stage::new([busy(), ok(7)])).await.expect("the second succeeds"), 7);
}

/// Arguments may have the names that the expansion uses for its own.
#[tokio::test(start_paused = true)]
async fn arguments_may_have_any_name() {
    #[recourse::resilient(key = "names", retry = "3 attempts, fixed 1ms", timeout = "1s")]
    async fn call(
        judge: &Script,
        call: u32,
        turn: u32,
        result: u32,
        edge: u32,
        rejection: u32,
        recourse: u32,
    ) -> Result<u32, Fail> {
        let value = judge.play().await?;
        Ok(value + call + turn + result + edge + rejection + recourse)
    }
    let script = Script::new([busy(), ok(1)]);
    assert_eq!(call(&script, 1, 1, 1, 1, 1, 1).await.expect("the second succeeds"), 7);
}

/// Statics and constants of the user's may have any name, too: a pattern would take them for itself.
mod items {
    #![allow(non_upper_case_globals, non_camel_case_types, dead_code)]
    use recourse_tests::{Fail, Script};
    static result: u32 = 1;
    static call: u32 = 1;
    const error: u32 = 1;
    struct turn;
    struct rejection;

    #[recourse::resilient(key = "items", retry = "3 attempts, fixed 1ms", timeout = "1s")]
    pub(super) async fn guarded(script: &Script) -> Result<u32, Fail> {
        Ok(script.play().await? + result + call + error)
    }
}

#[tokio::test(start_paused = true)]
async fn items_may_have_any_name() {
    assert_eq!(items::guarded(&Script::new([busy(), ok(4)])).await.expect("the second succeeds"), 7);
}

/// `crate = path` for re-exports, also through a facade's own macro.
mod facade {
    #[allow(unused_imports, reason = "it is named by an attribute's `crate`")]
    pub(crate) use recourse as inner;
}

#[tokio::test(start_paused = true)]
async fn recourse_may_live_elsewhere() {
    #[recourse::resilient(key = "facade", crate = facade::inner, retry = "3 attempts, fixed 1ms")]
    async fn call(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    assert_eq!(call(&Script::new([busy(), ok(7)])).await.expect("the second succeeds"), 7);
}
