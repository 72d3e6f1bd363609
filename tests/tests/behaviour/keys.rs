//! Keys with arguments: each value has a state of its own, and their number is bounded.

use recourse::circuit::State;
use recourse::observe::capture;
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Stage, busy, ms, ok};
use std::fmt;

#[resilient(key = "db.{shard}", executor = executor, circuit = "2 failures", retry = "2 attempts, no delay")]
async fn get(executor: &Executor, shard: &str, fails: bool) -> Result<String, Fail> {
    if fails { Err(Fail::Busy(None)) } else { Ok(shard.to_owned()) }
}

fn state(executor: &Executor, key: &str) -> State {
    executor.breakers().get(&key.parse().unwrap()).map_or(State::Closed, |breaker| breaker.snapshot.state)
}

#[tokio::test(start_paused = true)]
async fn each_value_has_its_own_breaker() {
    let executor = Executor::new();
    assert!(get(&executor, "eu-1", true).await.is_err());
    assert_eq!((state(&executor, "db.eu-1"), state(&executor, "db.eu-2")), (State::Open, State::Closed));
    assert_eq!(get(&executor, "eu-2", false).await.expect("another shard"), "eu-2");
    let (refused, timelines) = capture(get(&executor, "eu-1", false)).await;
    assert!(refused.is_err());
    assert_eq!(timelines[0].key().as_str(), "db.eu-1");
}

/// The executor keeps the state of a thousand of them.
#[tokio::test(start_paused = true)]
async fn a_million_values_take_the_room_of_a_thousand() {
    let executor = Executor::new();
    for shard in 0..20_000 {
        assert!(get(&executor, &shard.to_string(), false).await.is_ok());
    }
    assert_eq!(executor.keys(), 1_000);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_stand_in_a_key_is_escaped() {
    let executor = Executor::new();
    for (value, key) in [("a.b", "db.a_x2eb"), ("", "db._x"), ("ä", "db._xc3_xa4"), ("../x", "db._x2e_x2e_x2fx")] {
        let (_, timelines) = capture(get(&executor, value, false)).await;
        assert_eq!(timelines[0].key().as_str(), key);
    }
    let (_, timelines) = capture(get(&executor, &"long ".repeat(100), false)).await;
    assert_eq!(timelines[0].key().as_str().len(), 200);
}

#[derive(Clone, Debug)]
struct Order {
    region: &'static str,
    pair: (u8, Region),
}

#[derive(Clone, Copy, Debug)]
struct Region(u8);

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}

struct Shop {
    name: String,
}

impl Shop {
    #[resilient(key = "{self.name}.orders.{order.region}.{order.pair.1}", timeout = "1s")]
    async fn place(&self, order: Order) -> Result<u8, Fail> {
        Ok(order.pair.0)
    }

    #[resilient(key = "shops.{self.name}", timeout = "1s")]
    async fn rename(&mut self, to: String) -> Result<(), Fail> {
        self.name = to;
        Ok(())
    }

    #[resilient(key = "shops.{self.name}", retry = "2 attempts")]
    async fn into_name(self: std::sync::Arc<Self>) -> Result<String, Fail> {
        Ok(self.name.clone())
    }
}

/// Arguments that are moved into the only attempt, cloned for several, or borrowed; and fields of them.
#[tokio::test(start_paused = true)]
async fn fields_of_arguments_and_of_self_can_be_named() {
    let mut shop = Shop { name: "books".into() };
    let order = Order { region: "eu", pair: (7, Region(3)) };
    let (placed, timelines) = capture(shop.place(order)).await;
    assert_eq!((placed.unwrap(), timelines[0].key().as_str()), (7, "books.orders.eu.r3"));
    let (renamed, timelines) = capture(shop.rename("toys".into())).await;
    assert!(renamed.is_ok());
    assert_eq!((timelines[0].key().as_str(), shop.name.as_str()), ("shops.books", "toys"));
    let (name, timelines) = capture(std::sync::Arc::new(shop).into_name()).await;
    assert_eq!((name.unwrap().as_str(), timelines[0].key().as_str()), ("toys", "shops.toys"));
}

/// Generic arguments, hedges, the process-wide executor; an argument that is only used in the key is used.
#[deny(unused_variables)]
#[tokio::test(start_paused = true)]
async fn a_key_with_arguments_goes_with_everything_else() {
    #[resilient(key = "search.{index}", hedge = "20ms, at most 1, budget none")]
    async fn search<I: fmt::Display + Clone>(stage: &Stage, index: I) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([busy().after(ms(500)), ok(7).after(ms(5))]);
    let (found, timelines) = capture(search(&stage, 4_u8)).await;
    assert_eq!((found.unwrap(), timelines[0].hedge_count(), timelines[0].key().as_str()), (7, 1, "search.4"));
}

macro_rules! guarded {
    ($argument:ident) => {
        #[resilient(key = "m.{shard}", retry = "2 attempts")]
        async fn by_name($argument: u8) -> Result<u8, Fail> {
            Ok($argument)
        }
    };
    ($function:item) => {
        #[resilient(key = "m.{shard}.{r}", retry = "2 attempts")]
        $function
    };
}

/// What a macro was given is seen by the key that the macro wrote; keywords are named without their `r#`.
#[tokio::test(start_paused = true)]
async fn arguments_from_macros_and_raw_identifiers_can_be_named() {
    struct Raw {
        r#type: u8,
    }
    guarded!(shard);
    guarded!(
        async fn whole(shard: u8, r: &str) -> Result<u8, Fail> {
            Ok(shard)
        }
    );
    #[resilient(key = "raw.{match}.{raw.type}.{_last}", timeout = "1s")]
    async fn raw(r#match: u8, raw: Raw, _last: u8) -> Result<u8, Fail> {
        Ok(r#match + raw.r#type)
    }
    let key_of = |timelines: Vec<recourse::observe::Timeline>| timelines[0].key().to_string();
    assert_eq!(key_of(capture(by_name(7)).await.1), "m.7");
    assert_eq!(key_of(capture(whole(7, "x")).await.1), "m.7.x");
    assert_eq!(key_of(capture(raw(1, Raw { r#type: 2 }, 3)).await.1), "raw.1.2.3");
}
