use recourse::{Executor, Key, Policy};
use std::time::Duration;

async fn load(executor: &Executor) -> Result<u8, recourse::Rejected> {
    let policy = Policy::new().timeout(Duration::from_secs(1));
    executor.guard(Key::from_static("plugin.load"), policy, || async { Ok(7) }).await
}

fn main() {}
