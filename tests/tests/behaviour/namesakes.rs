//! Functions of one name that name no key: each has a state of its own, whatever its key is.

use recourse::circuit::State;
use recourse::{CircuitPolicy, Executor, Policy, Rejected, resilient};

/// An error of this file.
#[derive(Clone, Debug, PartialEq)]
enum Refused {
    Down,
    Rejected(String),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl From<Rejected> for Refused {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected.to_string())
    }
}

/// What the functions below are called through.
trait Get {
    async fn get(&self, executor: &Executor, fails: bool) -> Result<u8, Refused>;
}

macro_rules! get {
    () => {
        #[resilient(circuit = "2 failures", executor = executor)]
        async fn get(executor: &Executor, fails: bool) -> Result<u8, Refused> {
            if fails { Err(Refused::Down) } else { Ok(7) }
        }
    };
    (self) => {
        #[resilient(circuit = "2 failures", executor = executor)]
        async fn get(&self, executor: &Executor, fails: bool) -> Result<u8, Refused> {
            if fails { Err(Refused::Down) } else { Ok(7) }
        }
    };
}

struct One;
struct Other;

/// Opens the circuit of the first function, and calls the second one.
macro_rules! the_second_is_called {
    ($executor:ident, $first:expr, $second:expr) => {{
        let $executor = &Executor::new();
        for _ in 0..2 {
            assert_eq!(($first)(true).await, Err(Refused::Down));
        }
        assert!(matches!(($first)(false).await, Err(Refused::Rejected(_))), "the first one is refused");
        assert_eq!(($second)(false).await, Ok(7), "the second one is not");
        $executor.breakers().list()
    }};
}

trait Anonymous {
    async fn anonymous(executor: &Executor, fails: bool) -> Result<u8, Refused>;
}

const _: () = {
    get!();
    impl Anonymous for One {
        async fn anonymous(executor: &Executor, fails: bool) -> Result<u8, Refused> {
            get(executor, fails).await
        }
    }
};

const _: () = {
    get!();
    impl Anonymous for Other {
        async fn anonymous(executor: &Executor, fails: bool) -> Result<u8, Refused> {
            get(executor, fails).await
        }
    }
};

impl Get for One {
    get!(self);
}
impl Get for &One {
    get!(self);
}
impl Get for [One] {
    get!(self);
}

/// key-7
#[tokio::test(start_paused = true)]
async fn functions_in_closures_have_breakers_of_their_own() {
    let first = |executor, fails| {
        get!();
        get(executor, fails)
    };
    let second = |executor, fails| {
        get!();
        get(executor, fails)
    };
    let breakers = the_second_is_called!(executor, |fails| first(executor, fails), |fails| second(executor, fails));
    let keys: Vec<_> = breakers.iter().map(|breaker| breaker.key.as_str()).collect();
    assert_eq!(keys, ["behaviour.namesakes.functions_in_closures_have_breakers_of_their_own.get"; 2]);
    let states: Vec<_> = breakers.iter().map(|breaker| breaker.snapshot.state).collect();
    assert_eq!(states, [State::Open, State::Closed]);
}

/// key-7
#[tokio::test(start_paused = true)]
async fn so_do_the_implementations_of_a_trait_for_a_type_its_reference_and_its_slice() {
    let (by_ref, slice) = (&One, [One]);
    let breakers = the_second_is_called!(executor, |fails| Get::get(&One, executor, fails), |fails| Get::get(
        &by_ref, executor, fails
    ));
    assert_eq!(breakers.len(), 2);
    the_second_is_called!(executor, |fails| Get::get(&slice[..], executor, fails), |fails| Get::get(
        &One, executor, fails
    ));
}

/// key-7
#[tokio::test(start_paused = true)]
async fn so_do_functions_in_constants() {
    the_second_is_called!(executor, |fails| <One as Anonymous>::anonymous(executor, fails), |fails| {
        <Other as Anonymous>::anonymous(executor, fails)
    });
}

/// key-9: the key alone does not tell them apart, so the place in the source does, and a warning.
#[tokio::test(start_paused = true)]
async fn operators_see_where_each_stands_and_are_warned() {
    let executor = &Executor::new();
    assert_eq!(Get::get(&One, executor, false).await, Ok(7));
    let [only] = &executor.breakers().list()[..] else { panic!("one breaker") };
    assert_eq!(
        (only.namesakes, only.location.map(std::panic::Location::file)),
        (0, Some("tests/tests/behaviour/namesakes.rs"))
    );
    assert!(!only.to_string().contains("warning"), "{only}");

    let by_ref = &One;
    assert_eq!(Get::get(&by_ref, executor, false).await, Ok(7));
    let list = executor.breakers().list();
    let key = &list[0].key;
    assert_eq!((list.len(), list[1].key == *key), (2, true));
    assert!(list[0].location.unwrap().line() < list[1].location.unwrap().line(), "in the order of the source");
    let line = list[0].location.unwrap().line();
    let expected = format!(
        "{key}  closed  (2 failures)  at tests/tests/behaviour/namesakes.rs:{line}  warning: one more function has this \
         key; write `key = \"..\"` on each"
    );
    assert_eq!(list[0].to_string(), expected);
}

/// key-10: whoever names a key means all that have it.
#[tokio::test(start_paused = true)]
async fn an_operator_acts_on_all_breakers_of_a_key() {
    let executor = &Executor::new();
    let by_ref = &One;
    let both = async |fails| (Get::get(&One, executor, fails).await, Get::get(&by_ref, executor, fails).await);
    assert_eq!(both(false).await, (Ok(7), Ok(7)));
    let breakers = executor.breakers();
    let key = breakers.list()[0].key.clone();

    breakers.force_open(&key).unwrap();
    assert!(matches!(both(false).await, (Err(Refused::Rejected(_)), Err(Refused::Rejected(_)))));
    breakers.reset(&key).unwrap();
    assert_eq!(both(false).await, (Ok(7), Ok(7)));
    let policy = CircuitPolicy::failures(1);
    assert_eq!((breakers.set_policy(&key, policy), breakers.set_policy(&key, policy)), (Ok(true), Ok(false)));
    assert!(breakers.list().iter().all(|breaker| breaker.policy == policy));

    // The one that is not closed is what somebody who looks at the key has to see.
    assert_eq!(breakers.get(&key).unwrap().snapshot.state, State::Closed);
    assert_eq!(Get::get(&by_ref, executor, true).await, Err(Refused::Down));
    let seen = breakers.get(&key).unwrap();
    assert_eq!((seen.snapshot.state, seen.location), (State::Open, breakers.list()[1].location));
}

/// key-7: what an author writes is a name for one dependency, also if it is the path of a function.
#[tokio::test(start_paused = true)]
async fn a_written_key_is_shared_and_is_not_that_of_a_path() {
    #[resilient(key = "behaviour.written", circuit = "2 failures", executor = executor)]
    async fn one(executor: &Executor) -> Result<u8, Refused> {
        Err(Refused::Down)
    }
    #[resilient(key = "behaviour.written", circuit = "2 failures", executor = executor)]
    async fn other(executor: &Executor) -> Result<u8, Refused> {
        Ok(7)
    }
    mod paths {
        get!();
        use super::{Executor, Refused, resilient};
        pub(super) async fn by_path(executor: &Executor) -> Result<u8, Refused> {
            get(executor, false).await
        }
    }
    let executor = &Executor::new();
    assert_eq!((one(executor).await, one(executor).await), (Err(Refused::Down), Err(Refused::Down)));
    assert!(matches!(other(executor).await, Err(Refused::Rejected(_))));
    assert_eq!(executor.breakers().list()[0].location, None);

    // A closure that writes the path as its key has a state of its own, and both are warned of.
    assert_eq!(paths::by_path(executor).await, Ok(7));
    let path = executor.breakers().list()[0].key.clone();
    let policy = Policy::new().circuit(CircuitPolicy::failures(2));
    let call = executor.call(path.clone(), policy, async || Err::<u8, _>(Refused::Down)).on_reject(Refused::from);
    assert_eq!(call.await, Err(Refused::Down));
    let of_path: Vec<_> = executor.breakers().list().into_iter().filter(|breaker| breaker.key == path).collect();
    assert_eq!(
        of_path.iter().map(|b| (b.namesakes, b.location.is_some())).collect::<Vec<_>>(),
        [(1, false), (1, true)]
    );
}

/// key-7: a generic function is one function, whatever its types are.
#[tokio::test(start_paused = true)]
async fn a_generic_function_is_one() {
    #[resilient(circuit = "2 failures", executor = executor)]
    async fn get<T: std::fmt::Debug + Clone>(executor: &Executor, _value: T) -> Result<u8, Refused> {
        Err(Refused::Down)
    }
    let executor = &Executor::new();
    assert_eq!((get(executor, 1).await, get(executor, "x").await), (Err(Refused::Down), Err(Refused::Down)));
    assert!(matches!(get(executor, 'x').await, Err(Refused::Rejected(_))));
}
