//! No `key`: it is the path of the function, with the type of a method, so two methods of one name never share state.

use recourse::observe::capture;
use recourse::resilient;
use recourse_tests::Fail;

struct Users;
struct Orders;

impl Users {
    #[resilient(timeout = "1s")]
    #[allow(clippy::unused_async, reason = "only the key matters")]
    async fn get(&self) -> Result<(), Fail> {
        Ok(())
    }
}

impl Orders {
    #[resilient(timeout = "1s")]
    #[allow(clippy::unused_async, reason = "only the key matters")]
    async fn get(&self) -> Result<(), Fail> {
        Ok(())
    }
}

#[resilient(timeout = "1s")]
#[allow(clippy::unused_async, reason = "only the key matters")]
async fn free() -> Result<(), Fail> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_default_key_is_the_path_of_the_function() {
    let ((), timelines) = capture(async {
        Users.get().await.unwrap();
        Orders.get().await.unwrap();
        free().await.unwrap();
    })
    .await;
    let keys: Vec<_> = timelines.iter().map(|timeline| timeline.key().to_string()).collect();
    let path = "attribute.shapes.items.default_key";
    assert_eq!(keys, ["Users.get", "Orders.get", "free"].map(|name| format!("{path}.{name}")));
}
