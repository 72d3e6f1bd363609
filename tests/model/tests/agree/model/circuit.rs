//! The circuit of a key: every era of it with the list of all that happened in it, added up anew for each question.
//!
//! A window is cut into steps, and a result counts in the step it falls into: the steps are the largest power of two of nanoseconds that
//! is no more than a twentieth of the window, and the window is as many of them as fit, counted from the first result of the era.

use super::nanos;
use crate::lots::Lots;
use crate::record::{MS, Ns, Status};
use recourse::policy::{CircuitPolicy, Trip, limits};

pub(crate) struct Circuit {
    pub(crate) policy: CircuitPolicy,
    eras: Vec<Era>,
    probes_asked: usize,
    /// How long the last probe that succeeded has taken.
    probe_took: Option<Ns>,
}

struct Era {
    state: &'static str,
    /// When the state changed; `None` for the first era.
    began: Option<Ns>,
    /// The cooldown of an open era, and of the half-open era after it.
    cooldown: Ns,
    happened: Vec<Thing>,
}

#[derive(Clone, Copy)]
enum Thing {
    Succeeded(Ns),
    Failed(Ns),
    Probe(usize, Ns),
    /// The place of a probe is free again.
    Free(usize),
}

/// The permission of one attempt: the era it counts in, and its number if it is a probe.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admission {
    era: usize,
    pub(crate) probe: Option<usize>,
}

/// A change of state, and what caused it.
pub(crate) type Changed = Option<(&'static str, &'static str, &'static str)>;

#[derive(Clone, Copy)]
pub(crate) struct Refusal {
    pub(crate) reason: &'static str,
    pub(crate) retry_after: Option<Ns>,
}

impl Circuit {
    pub(crate) fn new(policy: CircuitPolicy) -> Self {
        let mut circuit = Self { policy, eras: Vec::new(), probes_asked: 0, probe_took: None };
        circuit.begin("closed", 0, None);
        circuit
    }

    /// Another policy, under which everything is counted anew. The dependency is as it was: an open circuit stays open for what is left of
    /// its cooldown, and one that probes goes on with its probes.
    pub(crate) fn set_policy(&mut self, policy: CircuitPolicy, now: Ns) {
        if policy == self.policy {
            return;
        }
        self.policy = policy;
        match self.era().state {
            "open" => {}
            "half_open" => {
                let era = self.eras.last_mut().expect("there is always one");
                era.happened.retain(|thing| !matches!(thing, Thing::Succeeded(_)));
            }
            _ => {
                self.probe_took = None;
                self.begin("closed", 0, Some(now));
            }
        }
    }

    fn begin(&mut self, state: &'static str, cooldown: Ns, began: Option<Ns>) {
        self.eras.push(Era { state, began, cooldown, happened: Vec::new() });
    }

    fn era(&self) -> &Era {
        self.eras.last().expect("there is always one")
    }

    fn happens(&mut self, thing: Thing) {
        self.eras.last_mut().expect("there is always one").happened.push(thing);
    }

    fn until(&self) -> Option<Ns> {
        let era = self.era();
        (era.state == "open").then(|| era.began.expect("it opened") + era.cooldown)
    }

    /// The state as of `now`: half-open as soon as the cooldown is over.
    pub(crate) fn state(&self, now: Ns) -> &'static str {
        match self.until() {
            Some(until) if now >= until => "half_open",
            _ => self.era().state,
        }
    }

    /// True if it is closed, so that every attempt is admitted.
    pub(crate) fn is_closed(&self) -> bool {
        self.era().state == "closed"
    }

    /// How long until the next probe, while it is open.
    pub(crate) fn left(&self, now: Ns) -> Option<Ns> {
        self.until().filter(|until| now < *until).map(|until| until - now)
    }

    /// The probes that hold a place, and when they started.
    fn probing(&self) -> Vec<(usize, Ns)> {
        let happened = &self.era().happened;
        let freed = |number| happened.iter().any(|thing| matches!(thing, Thing::Free(freed) if *freed == number));
        let probes = happened.iter().filter_map(|thing| match thing {
            Thing::Probe(number, started) if !freed(*number) => Some((*number, *started)),
            _ => None,
        });
        probes.collect()
    }

    /// May an attempt go?
    pub(crate) fn ask(&mut self, now: Ns, lots: &mut Lots) -> (Result<Admission, Refusal>, Changed) {
        let mut changed = None;
        match self.state(now) {
            "closed" => return (Ok(Admission { era: self.eras.len() - 1, probe: None }), None),
            "open" => return (Err(Refusal { reason: "open", retry_after: self.left(now) }), None),
            _ => {}
        }
        let cooldown = self.era().cooldown;
        if self.era().state == "open" {
            self.begin("half_open", cooldown, Some(now));
            changed = Some(("open", "half_open", "cooldown_over"));
        }
        let places = self.policy.probes as usize;
        if self.probing().len() >= places {
            // A probe that has said nothing for a further cooldown makes room.
            for (silent, started) in self.probing() {
                if now - started >= cooldown {
                    self.happens(Thing::Free(silent));
                }
            }
        }
        if self.probing().len() >= places {
            return (Err(Refusal { reason: "probes_busy", retry_after: self.busy_for(now, lots) }), changed);
        }
        self.probes_asked += 1;
        self.happens(Thing::Probe(self.probes_asked, now));
        (Ok(Admission { era: self.eras.len() - 1, probe: Some(self.probes_asked) }), changed)
    }

    /// What a caller is told that finds all probes busy: when the first of them is likely over, a little later by chance. A probe is likely
    /// to take as long as the last one that succeeded; one that has run for longer takes as long again, until its place is free.
    fn busy_for(&self, now: Ns, lots: &mut Lots) -> Option<Ns> {
        let cooldown = self.era().cooldown;
        let usual = self.probe_took.unwrap_or((cooldown / 10).min(1_000 * MS)).max(MS);
        let left = |ran: Ns| (if ran < usual { usual - ran } else { ran }).min(cooldown - ran);
        let told = self.probing().iter().map(|(_, started)| left(now - started)).min();
        told.map(|told| told + lots.up_to((told / 10).max(50 * MS)))
    }

    /// An attempt is over: well, badly, or with nothing to say. `slow` tells why a success is bad.
    pub(crate) fn end(
        &mut self,
        admission: Admission,
        well: Option<bool>,
        slow: bool,
        now: Ns,
        lots: &mut Lots,
    ) -> Changed {
        if admission.era != self.eras.len() - 1 {
            return None;
        }
        let from = self.era().state;
        if from == "half_open" && well == Some(true) {
            // If several run, that is supposed to be the oldest.
            self.probe_took = self.probing().iter().map(|(_, started)| now - started).max().or(self.probe_took);
        }
        match well {
            Some(true) => self.happens(Thing::Succeeded(now)),
            Some(false) => self.happens(Thing::Failed(now)),
            None => {}
        }
        let to = match (from, well) {
            ("closed", Some(false)) if self.trips() => "open",
            ("half_open", Some(false)) => "open",
            ("half_open", Some(true)) if self.successes() >= self.policy.successes as usize => "closed",
            _ => from,
        };
        if let Some(number) = admission.probe {
            self.happens(Thing::Free(number));
        }
        if from == to {
            return None;
        }
        self.begin(to, 0, Some(now));
        if to == "open" {
            let cooldown = self.cooldown(lots);
            self.eras.last_mut().expect("there is always one").cooldown = cooldown;
        }
        let cause = match (from, to, self.policy.trip) {
            ("half_open", "closed", _) => "probes_succeeded",
            ("half_open", ..) => "probe_failed",
            _ if slow => "slow",
            (.., Trip::Rate { .. }) => "failure_rate",
            _ => "failures",
        };
        Some((from, to, cause))
    }

    /// The cooldown of the opening that has just begun: exact if the policy names one, else with up to a tenth more by chance; doubled
    /// with each opening that follows without a closing in between, if there is a longest.
    fn cooldown(&self, lots: &mut Lots) -> Ns {
        let since_closed = self.eras.iter().rev().take_while(|era| era.state != "closed");
        let openings = since_closed.filter(|era| era.state == "open").count();
        let longest = self.policy.max_cooldown.map(nanos);
        let mut cooldown = nanos(self.policy.cooldown.unwrap_or(limits::DEFAULT_COOLDOWN));
        for _ in 1..openings {
            cooldown = longest.map_or(cooldown, |longest| (cooldown * 2).min(longest));
        }
        if self.policy.cooldown.is_some() {
            return cooldown;
        }
        let jitter = lots.up_to(cooldown / 10);
        match longest {
            Some(longest) if cooldown + jitter > longest => longest - jitter,
            _ => cooldown + jitter,
        }
    }

    fn successes(&self) -> usize {
        self.era().happened.iter().filter(|thing| matches!(thing, Thing::Succeeded(_))).count()
    }

    /// The failures and successes that count in the step of `now`; all of them if there is no window.
    fn counted(&self, now: Ns) -> (u64, u64) {
        let mut happened = self.era().happened.as_slice();
        let (window, is_rate) = match self.policy.trip {
            Trip::Failures { window, .. } => (window.map(nanos), false),
            Trip::Rate { window, .. } => (Some(nanos(window)), true),
            _ => (None, false),
        };
        let first = happened.iter().find_map(|thing| match thing {
            Thing::Failed(at) => Some(*at),
            Thing::Succeeded(at) if is_rate => Some(*at),
            _ => None,
        });
        let Some(first) = first else { return (0, 0) };
        if !is_rate {
            // A success ends a row of failures.
            let last = happened.iter().rposition(|thing| matches!(thing, Thing::Succeeded(_)));
            happened = &happened[last.map_or(0, |last| last + 1)..];
        }
        let counts = |at: Ns| {
            window.is_none_or(|window| {
                let (step, steps) = cut(window);
                (now - first) / step - (at - first) / step < steps
            })
        };
        let failed = happened.iter().filter(|thing| matches!(thing, Thing::Failed(at) if counts(*at))).count();
        let succeeded = happened.iter().filter(|thing| matches!(thing, Thing::Succeeded(at) if counts(*at))).count();
        (failed as u64, if is_rate { succeeded as u64 } else { 0 })
    }

    /// Judged when something has failed.
    fn trips(&self) -> bool {
        let last = self.era().happened.iter().rev().find_map(|thing| match thing {
            Thing::Failed(at) => Some(*at),
            _ => None,
        });
        let (failed, succeeded) = self.counted(last.expect("something has failed"));
        let calls = failed + succeeded;
        match self.policy.trip {
            Trip::Failures { failures, .. } => failed >= u64::from(failures),
            Trip::Rate { percent, min_calls, .. } => {
                calls >= u64::from(min_calls) && failed * 100 > u64::from(percent) * calls
            }
            _ => false,
        }
    }

    /// What operators see.
    pub(crate) fn status(&self, now: Ns) -> Status {
        let (era, state) = (self.era(), self.state(now));
        let began = self.until().filter(|until| now >= *until).or(era.began);
        let mut status = Status {
            state,
            since: began.map(|began| now - began),
            failures: 0,
            calls: 0,
            probes: 0,
            successes: 0,
            next_probe: self.left(now),
        };
        match era.state {
            "closed" => {
                let (failed, succeeded) = self.counted(now);
                (status.failures, status.calls) = (failed, failed + succeeded);
            }
            "half_open" => {
                status.probes = u32::try_from(self.probing().len()).expect("few");
                status.successes = u32::try_from(self.successes()).expect("few");
            }
            _ => {}
        }
        status
    }
}

/// The length of a step of a window, and how many steps there are.
fn cut(window: Ns) -> (Ns, u64) {
    let mut step = 1;
    while step * 2 * 20 <= window {
        step *= 2;
    }
    (step, window / step)
}
