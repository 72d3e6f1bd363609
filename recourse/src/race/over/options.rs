//! The options of a race over an iterator, as methods.

use super::future::RaceOver;
use crate::race::branch::FirstCompletion;
use crate::race::error::{Ending, WithBranchErrors};
use crate::race::misuse::OPTION_AFTER_POLL;
use crate::race::schedule::{Engine, Gaps};
use std::convert::Infallible;
use std::marker::PhantomData;
use std::time::Duration;

impl<I, M, S, G: Gaps, E, D, X> RaceOver<I, M, S, G, E, D, X> {
    fn with<H: Gaps, F, C, Y>(
        self,
        decider: impl FnOnce(D) -> C,
        engine: impl FnOnce(Engine<G>) -> Engine<H>,
    ) -> RaceOver<I, M, S, H, F, C, Y> {
        // The timer is not `Unpin`, so a race that was polled cannot be passed to this function. Were it possible, the new engine would
        // not know of the starts before.
        debug_assert!(self.progress.origin.is_none(), "{OPTION_AFTER_POLL}");
        RaceOver {
            slots: self.slots,
            items: self.items,
            make: self.make,
            decider: decider(self.decider),
            entries: Vec::new(),
            progress: self.progress,
            engine: engine(self.engine),
            timer: self.timer,
            types: PhantomData,
        }
    }

    /// Starts the branches one after the other, with these gaps between them.
    ///
    /// A failure starts the next branch at once, and uses up no step of the schedule. The gap begins again at each start.
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
    /// let race = race!(max = 2; for time in [30, 20] => slow(time)).stagger(ms(20)).min_gap(ms(5)).fair().deadline(ms(100)).panics_lose();
    /// assert_eq!(race.await.unwrap(), 30, "the second one starts after 20 ms");
    /// # }
    /// ```
    pub fn stagger<H: Gaps>(self, gaps: H) -> RaceOver<I, M, S, H, E, D, X> {
        self.with(|decider| decider, |engine| Engine::new(gaps, engine.min_gap, engine.deadline))
    }

    /// After a failure, the next branch starts no earlier than this long after the last start. The default is zero.
    ///
    /// The gaps of a stagger are used as they are written, however short. Without a stagger, the first `max` branches start at
    /// once, and each one after them is started by a failure.
    pub fn min_gap(mut self, gap: Duration) -> Self {
        self.engine.min_gap = gap;
        self
    }

    /// Ends the race this long after its first poll.
    ///
    /// A branch that is ready at the deadline still wins, and nothing starts at the deadline. The entries of the error are
    /// [`BranchError`](crate::race::BranchError)s: of items that failed, and of items that were still running.
    pub fn deadline(self, deadline: Duration) -> RaceOver<I, M, S, G, E, D, X::WithBranchErrors>
    where
        X: Ending,
    {
        self.until(Some(deadline))
    }

    /// Sets or leaves out the deadline, with the same type either way.
    pub(crate) fn until(self, deadline: Option<Duration>) -> RaceOver<I, M, S, G, E, D, X::WithBranchErrors>
    where
        X: Ending,
    {
        self.with(|decider| decider, |engine| Engine::new(engine.gaps, engine.min_gap, deadline))
    }

    /// Begins each pass with the next branch, so that a branch that is always ready does not always win.
    pub const fn fair(mut self) -> Self {
        self.progress.fair = true;
        self
    }

    /// Takes the first completion, success or failure: the race returns the output of its first branch that completes.
    ///
    /// That output is inside another `Result`. It is an error if there is no item, or at the deadline.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let read = recourse::race!(max = 2; for text in ["one", "2"] => async move { text.parse::<u32>() });
    /// assert_eq!(read.first().await.unwrap(), "one".parse::<u32>());
    /// # }
    /// ```
    pub fn first(self) -> RaceOver<I, M, S, G, Infallible, FirstCompletion, X> {
        self.with(|_| FirstCompletion, |engine| engine)
    }

    /// Lets a branch that panics lose, while the others go on.
    ///
    /// The panic is caught after the panic hook has reported it, and its payload is dropped. What the branch shares with the
    /// rest of the program may be left half done, as after any caught panic.
    pub fn panics_lose(self) -> RaceOver<I, M, S, G, E, D, WithBranchErrors<true>> {
        self.with(|decider| decider, |engine| engine)
    }
}
