//! What a call keeps beside its primary attempt: hedges that run, and the failures of those that ended.
//!
//! A function that can never hedge holds [`Alone`], which is nothing: it costs neither a byte nor a branch, and asks nothing
//! of the result's type. The others hold [`Hedges`], one pointer that is null until the first hedge starts.

use crate::outcome::Class;
use crate::time::Instant;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// What the engine has to know of a group, beside its primary.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// Hedges that were launched so far.
    pub(super) launched: u32,
    /// When the oldest hedge that still runs was launched.
    pub(super) oldest: Option<Instant>,
    /// When the last hedge was launched.
    pub(super) last: Option<Instant>,
}

/// A failure that may become the group's outcome.
pub struct Kept<R> {
    pub(super) number: u8,
    pub(super) class: Class,
    pub(super) outcome: R,
}

impl<R> fmt::Debug for Kept<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("number", &self.number).field("class", &self.class).finish_non_exhaustive()
    }
}

/// A hedge that was launched.
#[derive(Clone, Copy, Debug)]
pub struct Launched {
    pub(super) number: u8,
    /// The generation of the circuit that it was admitted in; 0 where it is not counted, or holds a permit.
    pub(super) admitted: u32,
    pub(super) at: Instant,
}

/// Hedges, or none ever.
pub trait Group<Fut: Future> {
    /// No hedge yet.
    const NEW: Self;
    /// False where there can be none.
    const HEDGES: bool;

    /// True where no hedge was launched and no failure is kept: the primary decides.
    fn is_alone(&self) -> bool;
    /// True while a hedge runs.
    fn runs(&self) -> bool;
    /// What the engine has to know.
    fn facts(&self) -> Facts;
    /// Adds a hedge. It is not polled before the next [`Self::poll`].
    fn add(&mut self, launched: Launched, attempt: Fut);
    /// The first hedge, in the order of their launch, that is ready. It is dropped before this returns.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(Launched, Fut::Output)>;
    /// Drops the oldest hedge that runs.
    fn cut(&mut self) -> Option<Launched>;
    /// The hedge that [`Self::poll`] gave out has been judged.
    fn judged(&mut self);
    /// The hedge that is being polled, or judged: after a panic, the one that panicked. It is dropped.
    fn take_polled(&mut self) -> Option<Launched>;
    /// Keeps a failure, if it outranks the one that is kept.
    fn keep(&mut self, kept: Kept<Fut::Output>);
    /// Ends the group: the failure that outranks all others, and the longest time the dependency asked for.
    fn over(&mut self) -> Option<(Kept<Fut::Output>, Option<Duration>)>;
}

/// The primary is always alone.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl<Fut: Future> Group<Fut> for Alone {
    const NEW: Self = Self;
    const HEDGES: bool = false;

    #[inline]
    fn is_alone(&self) -> bool {
        true
    }

    #[inline]
    fn runs(&self) -> bool {
        false
    }

    #[inline]
    fn facts(&self) -> Facts {
        Facts::default()
    }

    fn add(&mut self, _: Launched, attempt: Fut) {
        // The engine grants a hedge only where there can be one.
        drop(attempt);
    }

    #[inline]
    fn poll(&mut self, _: &mut Context<'_>) -> Poll<(Launched, Fut::Output)> {
        Poll::Pending
    }

    #[inline]
    fn cut(&mut self) -> Option<Launched> {
        None
    }

    #[inline]
    fn judged(&mut self) {}

    #[inline]
    fn take_polled(&mut self) -> Option<Launched> {
        None
    }

    #[inline]
    fn keep(&mut self, _: Kept<Fut::Output>) {}

    #[inline]
    fn over(&mut self) -> Option<(Kept<Fut::Output>, Option<Duration>)> {
        None
    }
}

/// Hedges of one group. Nothing is allocated until the first one starts.
pub struct Hedges<Fut: Future>(Option<Box<Running<Fut>>>);

struct Running<Fut: Future> {
    hedges: Vec<Hedge<Fut>>,
    launched: u32,
    last: Option<Instant>,
    /// The place of the hedge that is being polled.
    polling: Option<usize>,
    /// The hedge that ended, and is being judged.
    judging: Option<Launched>,
    kept: Option<Kept<Fut::Output>>,
    /// The longest time that a failure of the group asked for.
    after: Option<Duration>,
}

struct Hedge<Fut> {
    launched: Launched,
    attempt: Pin<Box<Fut>>,
}

impl<Fut: Future> Hedges<Fut> {
    fn running(&mut self) -> &mut Running<Fut> {
        self.0.get_or_insert_with(|| {
            let (hedges, kept) = (Vec::new(), None);
            Box::new(Running { hedges, launched: 0, last: None, polling: None, judging: None, kept, after: None })
        })
    }
}

impl<Fut: Future> fmt::Debug for Hedges<Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hedges").field(&self.facts()).finish()
    }
}

impl<Fut: Future> Group<Fut> for Hedges<Fut> {
    const NEW: Self = Self(None);
    const HEDGES: bool = true;

    fn is_alone(&self) -> bool {
        self.0.is_none()
    }

    #[inline]
    fn runs(&self) -> bool {
        self.0.as_ref().is_some_and(|running| !running.hedges.is_empty())
    }

    fn facts(&self) -> Facts {
        self.0.as_ref().map_or_else(Facts::default, |running| Facts {
            launched: running.launched,
            oldest: running.hedges.first().map(|hedge| hedge.launched.at),
            last: running.last,
        })
    }

    fn add(&mut self, launched: Launched, attempt: Fut) {
        let running = self.running();
        running.launched += 1;
        running.last = Some(launched.at);
        running.hedges.push(Hedge { launched, attempt: Box::pin(attempt) });
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(Launched, Fut::Output)> {
        let Some(running) = &mut self.0 else { return Poll::Pending };
        for at in 0..running.hedges.len() {
            running.polling = Some(at);
            let Some(hedge) = running.hedges.get_mut(at) else { break };
            if let Poll::Ready(outcome) = hedge.attempt.as_mut().poll(cx) {
                let launched = hedge.launched;
                drop(running.hedges.remove(at));
                (running.polling, running.judging) = (None, Some(launched));
                return Poll::Ready((launched, outcome));
            }
        }
        running.polling = None;
        Poll::Pending
    }

    fn cut(&mut self) -> Option<Launched> {
        let running = self.0.as_mut().filter(|running| !running.hedges.is_empty())?;
        Some(running.hedges.remove(0).launched)
    }

    fn judged(&mut self) {
        if let Some(running) = &mut self.0 {
            running.judging = None;
        }
    }

    fn take_polled(&mut self) -> Option<Launched> {
        let running = self.0.as_mut()?;
        if let Some(judged) = running.judging.take() {
            return Some(judged);
        }
        let at = running.polling.take().filter(|at| *at < running.hedges.len())?;
        Some(running.hedges.remove(at).launched)
    }

    fn keep(&mut self, kept: Kept<Fut::Output>) {
        let running = self.running();
        if let Class::Retryable { after } = kept.class {
            running.after = running.after.max(after);
        }
        let outranks = running.kept.as_ref().is_none_or(|best| rank(&kept) < rank(best));
        if outranks {
            running.kept = Some(kept);
        }
    }

    fn over(&mut self) -> Option<(Kept<Fut::Output>, Option<Duration>)> {
        let running = self.0.take()?;
        let after = running.after;
        running.kept.map(|kept| (kept, after))
    }
}

/// The lowest rank is the group's outcome: by what a failure means, then by when its attempt was launched, so the primary's
/// first. Never by when it arrived.
fn rank<R>(kept: &Kept<R>) -> (u8, u8) {
    let meaning = match kept.class {
        Class::NonRetryable => 0,
        Class::Ignore | Class::Success => 1,
        Class::Retryable { .. } => 2,
    };
    (meaning, kept.number)
}
