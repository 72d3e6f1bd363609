//! Random scripts, played to a breaker and to the reference. After each step all that can be seen of both is the same.

use super::generate::{End, Step, Tick, policies, scripts};
use super::model::{Admitted, Model, cut};
use super::{Bare, BuiltInBreaker, CircuitBreaker, Permit, START, State, Transition, breaker};
use crate::circuit::DecisionReason;
use crate::outcome::Class;
use crate::time::Instant;
use proptest::prelude::*;
use recourse_policy::{CircuitPolicy, Trip};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// The steps that a clock may be behind without losing successes of the window.
const BEHIND: u64 = 12;

pub(super) struct Pair {
    pub(super) breaker: Box<dyn CircuitBreaker>,
    bare: Option<BuiltInBreaker>,
    model: Model,
    policy: CircuitPolicy,
    calls: Vec<(Permit, Admitted)>,
    asked: usize,
    now: Instant,
    pub(super) latest: Instant,
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap()
}

impl Pair {
    pub(super) fn new(breaker: Box<dyn CircuitBreaker>, policy: CircuitPolicy) -> Self {
        let (model, calls) = (Model::new(policy), Vec::new());
        Self { breaker, bare: None, model, policy, calls, asked: 0, now: START, latest: START }
    }

    fn window(&self) -> Duration {
        match self.policy.trip {
            Trip::Failures { window: Some(window), .. } | Trip::Rate { window, .. } => window,
            _ => Duration::from_secs(10),
        }
    }

    /// The earliest moment at which the breaker still knows all of its window.
    fn exact(&self) -> Instant {
        Instant::from_nanos(self.latest.as_nanos() - BEHIND * cut(self.window()).0)
    }

    fn tick(&mut self, tick: Tick) {
        let (now, thousandth) = (self.now.as_nanos(), nanos(self.window()) / 1_000);
        self.now = Instant::from_nanos(match tick {
            Tick::Zero => now,
            Tick::Window(part) => now + part * thousandth,
            Tick::Cooldown(more) => {
                let left = self.breaker.snapshot(self.now).next_probe.unwrap_or(Duration::from_secs(1));
                (now + nanos(left)).saturating_add_signed(more)
            }
            Tick::Back(part) if matches!(self.policy.trip, Trip::Rate { .. }) => {
                (now - part * thousandth).max(self.exact().as_nanos())
            }
            Tick::Back(part) => now - part * thousandth,
            Tick::Days(days) => now + days * 86_400_000_000_000,
        });
        self.latest = self.latest.max(self.now);
    }

    fn ask(&mut self) -> Result<(), TestCaseError> {
        self.asked += 1;
        let (found, expected) = (self.breaker.allow(self.now), self.model.ask(self.asked, self.now));
        prop_assert_eq!(found.permit.is_some(), expected.admitted.is_some(), "{:?}, not {:?}", found, expected);
        prop_assert_eq!((found.state, found.reason), (expected.state, expected.reason));
        prop_assert_eq!(found.changed, expected.changed);
        if let (DecisionReason::ProbesBusy, Some(found), Some(least)) =
            (found.reason, found.retry_after, expected.retry_after)
        {
            // Spread by chance, so that those that are told at once do not come back at once.
            let most = least + (least / 10).max(Duration::from_millis(50));
            prop_assert!((least..=most).contains(&found), "{found:?} is not in {least:?}..={most:?}");
        } else {
            prop_assert_eq!(found.retry_after, expected.retry_after);
        }
        if let (Some(permit), Some(call)) = (found.permit, expected.admitted) {
            prop_assert_eq!(permit.is_probe(), call.probe.is_some());
            self.calls.push((permit, call));
        }
        Ok(())
    }

    fn end(&mut self, call: usize, end: End) -> Result<(), TestCaseError> {
        if self.calls.is_empty() {
            return Ok(());
        }
        let (permit, call) = self.calls.remove(call % self.calls.len());
        let limit = self.policy.slow.unwrap_or(Duration::from_secs(9));
        let (class, elapsed) = match end {
            End::Success => (Class::Success, limit),
            End::Late => (Class::Success, limit + Duration::from_nanos(1)),
            End::Retryable => (Class::RETRYABLE, Duration::ZERO),
            End::NonRetryable => (Class::NonRetryable, Duration::MAX),
            End::Ignored | End::Dropped | End::Panicked => (Class::Ignore, Duration::MAX),
        };
        let well = match end {
            End::Success => Some(true),
            End::Late => Some(self.policy.slow.is_none()),
            End::Retryable | End::NonRetryable => Some(false),
            End::Ignored | End::Dropped | End::Panicked => None,
        };
        let slow = matches!(end, End::Late) && self.policy.slow.is_some();
        let found = match end {
            End::Dropped => {
                drop(permit);
                None
            }
            End::Panicked => {
                let unwound = catch_unwind(AssertUnwindSafe(|| {
                    let _held = permit;
                    resume_unwind(Box::new(()));
                }));
                prop_assert!(unwound.is_err());
                None
            }
            _ => self.breaker.record(permit, class, elapsed, self.now),
        };
        prop_assert_eq!(found, self.model.end(call, well, slow, self.now));
        self.cooled(found)
    }

    /// Takes over what the breaker drew, if it is within bounds.
    fn cooled(&mut self, changed: Option<Transition>) -> Result<(), TestCaseError> {
        if changed.is_none_or(|changed| changed.to != State::Open) {
            return Ok(());
        }
        let cooldown = self.breaker.snapshot(self.now).next_probe.unwrap();
        let (least, most) = self.model.cooldown();
        prop_assert!(least <= cooldown && cooldown <= most, "{:?}, not {:?}..={:?}", cooldown, least, most);
        self.model.cooled(cooldown);
        Ok(())
    }

    fn compare(&self) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.breaker.state(self.now), self.model.state(self.now));
        let (mut found, expected) = (self.breaker.snapshot(self.now), self.model.snapshot(self.now));
        if self.now < self.exact() {
            (found.failures, found.calls) = (expected.failures, expected.calls);
        }
        prop_assert_eq!(found, expected);
        Ok(())
    }

    pub(super) fn play(&mut self, script: &[Step], policies: &[CircuitPolicy]) -> Result<(), TestCaseError> {
        for step in script {
            match *step {
                Step::Ask => self.ask()?,
                Step::Call(end) => {
                    let before = self.calls.len();
                    self.ask()?;
                    if self.calls.len() > before {
                        self.end(before, end)?;
                    }
                }
                Step::End(call, end) => self.end(call, end)?,
                Step::Tick(tick) => self.tick(tick),
                Step::Policy(other) => {
                    self.policy = policies[other % policies.len()];
                    let found = self.breaker.set_policy(&self.policy, self.now);
                    prop_assert_eq!(found, self.model.set_policy(self.policy, self.now));
                }
                Step::Reset => prop_assert_eq!(self.breaker.reset(self.now), self.model.reset(self.now)),
                Step::Force(to) => {
                    if let Some(bare) = &self.bare {
                        prop_assert_eq!(bare.force(to, self.now), self.model.force(to, self.now));
                    }
                }
            }
            self.compare()?;
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn counting(policies in prop::collection::vec(policies(false), 1..3), script in scripts()) {
        Pair::new(breaker(policies[0]), policies[0]).play(&script, &policies)?;
    }

    #[test]
    fn by_rate(policies in prop::collection::vec(policies(true), 1..3), script in scripts()) {
        Pair::new(breaker(policies[0]), policies[0]).play(&script, &policies)?;
    }

    /// circuit-8, circuit-27: runs what the public trait does not have: an operator's hold, and policies of the other kind.
    #[test]
    fn under_an_operators_hand(counting in policies(false), rate in policies(true), script in scripts()) {
        let bare = BuiltInBreaker::new(counting);
        let mut pair = Pair::new(Box::new(Bare(bare.clone())), counting);
        pair.bare = Some(bare);
        pair.play(&script, &[counting, rate, CircuitPolicy::none()])?;
    }
}
