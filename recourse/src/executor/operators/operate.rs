//! What operators do to circuit breakers: hold, reset and change them.

use crate::circuit::State;
use crate::executor::operators::breakers::Breakers;
use crate::executor::operators::held::{Fault, HeldBreaker, UnknownBreaker};
use crate::executor::operators::holds::Hold;
use crate::observe::{BreakerEvent, Notice};
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Key, Pattern, PatternKind};

impl Breakers<'_> {
    /// Refuses every call of a key, or of all keys of a pattern, until the breakers are reset. Calls in flight go on, and their results are
    /// not counted.
    ///
    /// A breaker is held also if no call has met the key yet: then the first call that needs a breaker finds it open. A key whose policy
    /// has no circuit has no breaker, and its calls are not refused. A misspelt key is held, too, and harms nobody; what is returned says
    /// that no call has met the key, with the nearest key that has a breaker, and so does [`held`](Self::held).
    ///
    /// Of several entries that match a key, the most specific one counts: the key, then the template, then the longest name with `.*`. So one
    /// key can be [forced closed](Self::force_closed) while all others of its pattern are forced open. Observers are told of each key
    /// that has a breaker now.
    ///
    /// # Errors
    ///
    /// Returns an error if operators hold 10,000 keys and patterns already.
    ///
    /// ```
    /// use recourse::policy::Pattern;
    /// use recourse::{Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let executor = Executor::new();
    /// let call = || executor.call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada"));
    /// call().await?;
    ///
    /// let held = executor.breakers().force_open(Key::from_static("users.gett"))?;
    /// assert_eq!(held.to_string(), "users.gett  forced open, no call with a circuit has met this key; did you mean `users.get`?");
    /// assert!(call().await.is_ok());
    ///
    /// let users: Pattern = "users.*".parse()?;
    /// executor.breakers().force_open(&users)?;
    /// assert!(call().await.is_err());
    /// executor.breakers().reset(&users)?;
    /// assert!(call().await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn force_open(&self, keys: impl Into<Pattern>) -> Result<HeldBreaker, UnknownBreaker> {
        self.hold(keys.into(), State::Open)
    }

    /// Admits every call of a key, or of all keys of a pattern, and counts nothing, until the breakers are reset; also if no call has met
    /// the key yet.
    ///
    /// # Errors
    ///
    /// See [`Self::force_open`].
    ///
    /// ```
    /// use recourse::circuit::State;
    /// use recourse::{CircuitPolicy, Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (executor, key) = (Executor::new(), Key::from_static("users.get"));
    /// let policy = Policy::new().circuit(CircuitPolicy::failures(1));
    /// executor.call(key.clone(), policy, async || Ok::<(), String>(())).await?;
    ///
    /// let held = executor.breakers().force_closed(key.clone())?;
    /// assert_eq!((held.state, held.met), (Some(State::Closed), true));
    /// assert!(executor.breakers().set_policy(&key, CircuitPolicy::failures(9))?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn force_closed(&self, keys: impl Into<Pattern>) -> Result<HeldBreaker, UnknownBreaker> {
        self.hold(keys.into(), State::Closed)
    }

    /// Closes the breaker of a key, or those of a pattern, with nothing counted, and releases what this key or pattern forced. Results of calls
    /// from before are not counted.
    ///
    /// Other entries stay: a breaker that another key or pattern holds stays as that one says, and [`held`](Self::held) lists what is left.
    ///
    /// # Errors
    ///
    /// Returns an error if there is nothing to reset: there is no breaker, because no call was made yet or because the policy has no circuit,
    /// and the key or pattern is not held; or because another pattern holds all of the breakers, which the error names.
    pub fn reset(&self, keys: impl Into<Pattern>) -> Result<(), UnknownBreaker> {
        let (pattern, holds) = (keys.into(), &self.executor.shared.holds);
        let mut was_held = false;
        holds.change(&pattern, |hold| was_held = hold.state.take().is_some());
        let circuits = self.circuits_of(&pattern);
        if circuits.is_empty() && !was_held {
            return Err(UnknownBreaker::new(pattern, &self.known(), Fault::Unknown));
        }
        let (mut changed, mut held_by) = (Vec::new(), None);
        for (key, state, circuit) in circuits {
            if let Some((held, by)) = holds.get(&key, &state.templates()).state {
                // What this pattern held is held by a less specific one now.
                if was_held {
                    changed.push((key.clone(), BreakerEvent::Forced(held)));
                }
                held_by.get_or_insert((held, by));
            } else {
                circuit.reset(Instant::now());
                changed.push((key.clone(), BreakerEvent::Reset));
            }
            // Also after a reset: an operator who forced the breaker meanwhile came last.
            holds.apply(&key, &state.templates(), &circuit);
        }
        if let Some((state, by)) = held_by.filter(|_| !was_held && changed.is_empty()) {
            return Err(UnknownBreaker::new(pattern, &self.known(), Fault::HeldBy(state, by)));
        }
        self.report(&pattern, changed, BreakerEvent::Reset);
        Ok(())
    }

    /// Gives the breaker another policy, for all sites of the key. Returns true if the policy differs from the one in force. Its counts then
    /// begin anew. An open breaker stays open for what is left of its cooldown, a half-open one goes on with its probes, and a forced one
    /// stays forced; [`Self::reset`] closes it. Values out of bounds are clamped. A breaker of your own decides for itself what it takes over.
    ///
    /// The policy is kept for the key also if no call has met the key yet. [`Executor::set_policy`](crate::Executor::set_policy), which changes
    /// the other sections, too, and takes patterns, takes its place when it changes the circuit.
    ///
    /// # Errors
    ///
    /// See [`Self::force_open`].
    pub fn set_policy(&self, key: &Key, policy: CircuitPolicy) -> Result<bool, UnknownBreaker> {
        let (pattern, holds) = (Pattern::from(key), &self.executor.shared.holds);
        let before = holds.entry(&pattern).policy;
        // Before it is wanted: a site that is resolved meanwhile may give the policy to the breaker first, and the other sites have to see
        // it all the same.
        let in_force: Vec<_> =
            self.circuits_of(&pattern).into_iter().map(|(_, _, circuit)| (circuit.policy(), circuit)).collect();
        self.want(&pattern, |hold| hold.policy = Some(policy))?;
        let circuits = self.circuits_of(&pattern);
        let mut any_changed = circuits.is_empty() && before != Some(policy);
        for (_, state, circuit) in circuits {
            let given = circuit.set_policy(policy, Instant::now());
            let was = in_force.iter().find(|(_, known)| Arc::ptr_eq(known, &circuit)).map(|(policy, _)| *policy);
            if given || was.is_some_and(|was| was != circuit.policy()) {
                // The timelines of calls that begin from now on show the policy in force.
                state.changed();
                any_changed = true;
            }
            holds.apply(key, &state.templates(), &circuit);
        }
        if any_changed {
            self.executor.shared.settings.observers.now().notice(Notice::Breaker(key, BreakerEvent::PolicyChanged));
        }
        Ok(any_changed)
    }

    fn hold(self, pattern: Pattern, state: State) -> Result<HeldBreaker, UnknownBreaker> {
        let holds = &self.executor.shared.holds;
        // First what is wanted, then the breakers that are there: one that is made in between obeys, too.
        self.want(&pattern, |hold| hold.state = Some(state))?;
        let mut changed = Vec::new();
        for (key, of_key, circuit) in self.circuits_of(&pattern) {
            holds.apply(&key, &of_key.templates(), &circuit);
            let says = holds.get(&key, &of_key.templates()).state;
            if says.is_some_and(|(_, by)| by == pattern) {
                changed.push((key, BreakerEvent::Forced(state)));
            }
        }
        self.report(&pattern, changed, BreakerEvent::Forced(state));
        let hold = holds.entry(&pattern);
        Ok(HeldBreaker::new(pattern, hold, Some(&self.known())))
    }

    fn want(self, pattern: &Pattern, change: impl FnOnce(&mut Hold)) -> Result<(), UnknownBreaker> {
        let has_room = self.executor.shared.holds.change(pattern, change);
        if has_room { Ok(()) } else { Err(UnknownBreaker::new(pattern.clone(), &self.known(), Fault::TooMany)) }
    }

    /// Tells observers once of each key. A key is told of in any case, also if it has no breaker yet.
    fn report(self, pattern: &Pattern, mut changed: Vec<(Key, BreakerEvent)>, event: BreakerEvent) {
        if let (true, PatternKind::Key, Ok(key)) = (changed.is_empty(), pattern.kind(), Key::parse(pattern.as_str())) {
            changed.push((key, event));
        }
        changed.sort_by(|(one, _), (other, _)| one.cmp(other));
        changed.dedup_by(|(one, _), (other, _)| one == other);
        for (key, event) in changed {
            self.executor.shared.settings.observers.now().notice(Notice::Breaker(&key, event));
        }
    }
}
