//! The options of a race, as methods. Each changes the type of the race: what an option needs is there only in races that use it.

use super::branch::{Branches, IntoFirst};
use super::error::{Ending, Entries, Shape, WithBranchErrors};
use super::future::Race;
use super::misuse::OPTION_AFTER_POLL;
use super::schedule::{Engine, Gaps, NoStagger, RotatingOrder, StartPolicy, Timed, Untimed};
use std::marker::PhantomData;
use std::time::Duration;

/// The policy of a race that gets a timer, with an array for the start of each branch.
type TimedOf<B, N, X, G, O> = Timed<G, <<N as Shape<<B as Branches>::Pairs<X>>>::Entries as Entries>::Starts, O>;

impl<B: Branches, P: StartPolicy<B>, N, X: Ending> Race<B, P, N, X> {
    fn with<Q, Y>(self, policy: impl FnOnce(P) -> Q) -> Race<B, Q, N, Y> {
        // A new policy would count from the next poll and know nothing of earlier starts.
        assert!(!self.policy.has_begun(&self.branches), "{OPTION_AFTER_POLL}");
        Race { branches: self.branches, policy: policy(self.policy), types: PhantomData }
    }

    /// Lets a branch that panics lose, while the others go on. The error says [`Panicked`](super::BranchError::Panicked).
    ///
    /// The panic is caught after the panic hook has reported it, and its payload is dropped. What the branch shares with the
    /// rest of the program may be left half done, as after any caught panic.
    ///
    /// # Panics
    ///
    /// After the first poll.
    ///
    /// ```
    /// use recourse::race;
    /// use recourse::race::BranchError;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let broken = async || -> Result<u8, String> { panic!("a bug") };
    /// let works = async || Ok::<u8, String>(7);
    /// assert_eq!(race!(panics = lose; broken(), works()).await.unwrap(), 7);
    ///
    /// let error = race!(panics = lose; broken = broken(), also = broken()).await.unwrap_err();
    /// assert!(matches!(error.broken, BranchError::Panicked));
    /// # }
    /// ```
    pub fn panics_lose(self) -> Race<B, P, N, WithBranchErrors<true>> {
        self.with(|policy| policy)
    }

    /// Takes the first completion, success or failure: the race returns the `Result` or the `Option` that all branches return.
    ///
    /// With a deadline, an `if` or `panics_lose`, that output is inside another `Result`, whose error says that no branch
    /// completed. The function after `=>` applies to successes only. In the macro, `race!(first; ..)`, that function gets the
    /// whole output of its branch, and branches may return anything.
    ///
    /// ```
    /// use recourse::race;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let refused = async || Err::<u32, _>("refused");
    /// let slow = async || std::future::pending::<Result<u32, &str>>().await;
    /// assert_eq!(race!(slow(), refused()).first().await, Err("refused"));
    /// let late = race!(deadline = 1s; slow(), slow()).first().await;
    /// assert!(late.is_err(), "none has completed");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// After the first poll.
    pub fn first(self) -> Race<B::First, P, N, X::First>
    where
        B: IntoFirst<First: Branches>,
    {
        let Race { branches, policy, types: _ } = self.with::<P, X>(|policy| policy);
        Race { branches: branches.into_first(), policy, types: PhantomData }
    }

    /// Makes room for branches that are disabled; called by the macro if a branch has an `if`.
    #[doc(hidden)]
    pub fn with_conditions(self) -> Race<B, P, N, X::WithBranchErrors> {
        self.with(|policy| policy)
    }
}

impl<B, N, X, O> Race<B, Untimed<O>, N, X>
where
    B: Branches,
    N: Shape<B::Pairs<X>>,
    X: Ending,
    Untimed<O>: StartPolicy<B>,
    TimedOf<B, N, X, NoStagger, O>: StartPolicy<B>,
{
    /// Starts the branches one after the other, with these gaps between them.
    ///
    /// Branches start in declared order. A failure starts the next branch at once, and uses up no step of the schedule. The gap
    /// begins again at each start. A branch with `after` waits for its own gap instead.
    ///
    /// # Panics
    ///
    /// After the first poll.
    ///
    /// ```
    /// use recourse::race;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let slow = async |ms: u64| {
    ///     tokio::time::sleep(Duration::from_millis(ms)).await;
    ///     Ok::<u64, String>(ms)
    /// };
    /// let ms = Duration::from_millis;
    /// assert_eq!(race!(slow(30), slow(20)).stagger(ms(20)).await.unwrap(), 30, "the second one starts after 20 ms");
    /// assert_eq!(race!(slow(30), slow(20)).fair().deadline(ms(25)).await.unwrap(), 20);
    /// assert!(race!(slow(30), slow(40)).stagger(ms(20)).min_gap(ms(5)).deadline(ms(25)).await.is_err());
    /// # }
    /// ```
    pub fn stagger<G: Gaps>(self, gaps: G) -> Race<B, TimedOf<B, N, X, G, O>, N, X> {
        self.with(|Untimed { order }| Timed::new(Engine::new(gaps, Duration::ZERO, None), N::Entries::NO_STARTS, order))
    }

    /// Ends the race this long after its first poll. The entries of the error are [`BranchError`](super::BranchError)s then.
    ///
    /// A branch that is ready at the deadline still wins, and nothing starts at the deadline: one of zero starts nothing at all.
    ///
    /// # Panics
    ///
    /// After the first poll.
    #[expect(clippy::type_complexity, reason = "an alias would hide what the deadline changes")]
    pub fn deadline(self, deadline: Duration) -> Race<B, TimedOf<B, N, X, NoStagger, O>, N, X::WithBranchErrors> {
        self.timed().deadline(deadline)
    }

    /// Begins each pass with the next branch, so that a branch that is always ready does not always win.
    ///
    /// # Panics
    ///
    /// After the first poll.
    pub fn fair(self) -> Race<B, Untimed<RotatingOrder>, N, X> {
        self.with(|_| Untimed { order: RotatingOrder::NEW })
    }

    /// Gives the race a timer; called by the macro if a branch has an `after` and there is no stagger.
    #[doc(hidden)]
    pub fn timed(self) -> Race<B, TimedOf<B, N, X, NoStagger, O>, N, X> {
        self.stagger(NoStagger)
    }
}

impl<B, N, X, S, O> Race<B, Timed<NoStagger, S, O>, N, X>
where
    B: Branches,
    X: Ending,
    Timed<NoStagger, S, O>: StartPolicy<B>,
{
    /// Starts the branches one after the other, with these gaps between them, as in a race without a timer.
    pub fn stagger<G: Gaps>(self, gaps: G) -> Race<B, Timed<G, S, O>, N, X> {
        self.with(|timed| {
            let engine = Engine::new(gaps, timed.engine.min_gap, timed.engine.deadline);
            Timed::new(engine, timed.starts, timed.order)
        })
    }
}

impl<B, N, X, G, S, O> Race<B, Timed<G, S, O>, N, X>
where
    B: Branches,
    X: Ending,
    G: Gaps,
    Timed<G, S, O>: StartPolicy<B>,
{
    /// After a failure, the next branch starts no earlier than this long after the last start. The default is zero.
    ///
    /// The gaps of a stagger are used as they are written, however short.
    pub fn min_gap(mut self, gap: Duration) -> Self {
        self.policy.engine.min_gap = gap;
        self
    }

    /// Ends the race this long after its first poll, as in a race without a timer: the entries of the error are
    /// [`BranchError`](super::BranchError)s then, and a branch that is ready at the deadline still wins.
    pub fn deadline(mut self, deadline: Duration) -> Race<B, Timed<G, S, O>, N, X::WithBranchErrors> {
        self.policy.engine.deadline = Some(deadline);
        // Branches may end without an error from here on, which changes the type of the race's error.
        self.with(|timed| timed)
    }

    /// Begins each pass with the next branch, so that a branch that is always ready does not always win.
    pub fn fair(self) -> Race<B, Timed<G, S, RotatingOrder>, N, X> {
        self.with(|timed| Timed::new(timed.engine, timed.starts, RotatingOrder::NEW))
    }
}
