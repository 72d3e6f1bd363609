//! Scopes: the executor that guarded functions use instead of the process-wide one, for one future or for one thread.
//!
//! # Design notes
//!
//! - An open scope is told by the process's [`epoch`](crate::epoch), so a call outside of all scopes pays the comparison that it makes anyway.
//!   While a scope is open somewhere, each call looks at its thread once.
//! - A thread keeps its scopes in a list and not in one place, since guards may be dropped in any order: a guard takes away the
//!   scope that it opened, and no other.

use crate::epoch::{Epoch, OpenScope};
use crate::executor::instance::Executor;
use crate::sync::{AtomicU64, Ordering};
use pin_project_lite::pin_project;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    /// The scopes that this thread is in, the innermost last.
    static SCOPES: RefCell<Vec<InList>> = const { RefCell::new(Vec::new()) };
    static NEXT_NUMBER: Cell<u64> = const { Cell::new(0) };
}

/// The names of the futures of [`Executor::scope`]. Zero is none.
static NEXT_SCOPE: AtomicU64 = AtomicU64::new(1);

/// A scope in the list of a thread.
struct InList {
    number: u64,
    executor: Executor,
    /// The future, if this is the scope of one.
    scope: u64,
    /// The future in which the scope of a guard was opened.
    inside: u64,
}

impl Executor {
    /// Returns the executor that guarded functions use here: that of the innermost [`scope`](Self::scope) or [`enter`](Self::enter), or
    /// else the process-wide one.
    ///
    /// ```
    /// use recourse::{Executor, Key};
    ///
    /// let executor = Executor::new();
    /// let _entered = executor.enter();
    /// assert!(Executor::current().breakers().list().is_empty());
    /// ```
    pub fn current() -> Self {
        in_scope().unwrap_or_else(|| Self::global().clone())
    }

    /// Runs a future in which guarded functions use this executor instead of the process-wide one.
    ///
    /// A call belongs to the executor of its first poll: functions that are first polled while this future is polled use the executor, at
    /// any depth. Calls that name an executor (`executor = ..` in the attribute, [`Executor::call`], layers) keep theirs. Tasks that the
    /// future spawns run elsewhere and are not in the scope: give each a scope of its own, `tokio::spawn(Executor::current().scope(task))`. What
    /// other futures poll on behalf of this one (a shared future, a pool) runs in the scope of whoever polls it. The innermost
    /// scope counts.
    ///
    /// While a scope is open anywhere in the process, every guarded call looks whether it is in the scope, about 50 ns each.
    ///
    /// # Cancel safety
    ///
    /// Dropping the scope drops the future. The executor keeps its state.
    ///
    /// ```
    /// use recourse::{Executor, Rejected, resilient};
    ///
    /// #[resilient(circuit = "2 failures", key = "users.get")]
    /// async fn get_user() -> Result<String, String> {
    ///     Err("connection reset".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let tenant = Executor::new();
    /// tenant.scope(async { for _ in 0..2 { get_user().await.unwrap_err(); } }).await;
    /// assert_eq!(tenant.scope(get_user()).await.unwrap_err(), "`users.get` was not called: its circuit is open");
    /// assert_eq!(get_user().await.unwrap_err(), "connection reset", "the process-wide executor has a breaker of its own");
    /// # }
    /// ```
    pub fn scope<F: Future>(&self, future: F) -> Scope<F> {
        let scope = NEXT_SCOPE.fetch_add(1, Ordering::Relaxed);
        Scope { executor: self.clone(), open: OpenScope::new(), number: scope, future }
    }

    /// Makes guarded functions on this thread use this executor instead of the process-wide one, until the guard is dropped.
    ///
    /// This is for tests: a `#[tokio::test]` runs its tasks on its own thread, so a guard at its beginning isolates what the test
    /// spawns, too. On a runtime with several threads the guard concerns one of them only; use [`Executor::scope`] there. Guards may be dropped
    /// in any order. A scope inside counts before the guard, and a guard that is made inside of a scope before that scope, as long as it lives.
    ///
    /// ```
    /// use recourse::{Executor, resilient};
    ///
    /// #[resilient(circuit = "2 failures", key = "users.get")]
    /// async fn get_user() -> Result<String, String> {
    ///     Ok("Ada".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let executor = Executor::new();
    /// let _entered = executor.enter();
    /// tokio::spawn(get_user()).await.unwrap().unwrap();
    /// assert_eq!(executor.keys(), 1);
    /// # }
    /// ```
    pub fn enter(&self) -> EnterGuard {
        EnterGuard { entered: Entered::by_guard(self.clone()), open: OpenScope::new(), on_this_thread: PhantomData }
    }
}

/// Returns the executor of the innermost scope that this thread is in.
pub(crate) fn in_scope() -> Option<Executor> {
    // Most calls are in no scope, and the process knows if no call is in one.
    if !Epoch::load().any_scope() {
        return None;
    }
    // A thread that is going away may have lost its list, and is in no scope then.
    SCOPES.try_with(|scopes| scopes.borrow().last().map(|scope| scope.executor.clone())).ok().flatten()
}

pin_project! {
    /// The future of [`Executor::scope`].
    ///
    /// ```
    /// use recourse::{Executor, Scope};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let scope: Scope<_> = Executor::new().scope(async { 7 });
    /// assert_eq!(scope.await, 7);
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct Scope<F> {
        executor: Executor,
        open: OpenScope,
        number: u64,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Scope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _entered = Entered::by_scope(this.executor.clone(), *this.number);
        this.future.poll(cx)
    }
}

impl<F> fmt::Debug for Scope<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("executor", &self.executor).finish_non_exhaustive()
    }
}

/// The guard of [`Executor::enter`]: dropping it ends the scope of the thread.
///
/// ```
/// use recourse::{EnterGuard, Executor};
///
/// let entered: EnterGuard = Executor::new().enter();
/// drop(entered);
/// ```
#[must_use = "the scope ends when the guard is dropped: `let _entered = executor.enter();`"]
pub struct EnterGuard {
    entered: Entered,
    open: OpenScope,
    /// The list belongs to the thread, and so does the guard.
    on_this_thread: PhantomData<*const ()>,
}

impl fmt::Debug for EnterGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entered: Entered(number), open, on_this_thread: PhantomData } = self;
        f.debug_struct("EnterGuard").field("number", number).field("open", open).finish()
    }
}

/// A scope in the list of this thread, by its number; dropping it takes the scope out again, also when a poll panics.
struct Entered(u64);

impl Entered {
    fn by_guard(executor: Executor) -> Self {
        SCOPES.with_borrow_mut(|scopes| {
            let inside = scopes.iter().rev().map(|scope| scope.scope).find(|scope| *scope != 0).unwrap_or(0);
            Self::push(scopes, executor, 0, inside)
        })
    }

    fn by_scope(executor: Executor, scope: u64) -> Self {
        SCOPES.with_borrow_mut(|scopes| {
            let entered = Self::push(scopes, executor, scope, 0);
            // A guard that was made in an earlier poll of this future, and is held across an `.await`, stays within the scope.
            if scopes.iter().any(|other| other.inside == scope) {
                let (within, others): (Vec<_>, Vec<_>) =
                    mem::take(scopes).into_iter().partition(|other| other.inside == scope);
                *scopes = others;
                scopes.extend(within);
            }
            entered
        })
    }

    fn push(scopes: &mut Vec<InList>, executor: Executor, scope: u64, inside: u64) -> Self {
        let number = NEXT_NUMBER.get();
        NEXT_NUMBER.set(number.wrapping_add(1));
        scopes.push(InList { number, executor, scope, inside });
        Self(number)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let taken = SCOPES.try_with(|scopes| {
            let mut scopes = scopes.borrow_mut();
            let index = scopes.iter().rposition(|scope| scope.number == self.0)?;
            Some(scopes.remove(index))
        });
        // Dropped after the list was released: the executor may be the last handle on observers of the user's.
        drop(taken);
    }
}
