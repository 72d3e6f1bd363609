//! Repairs of what decides whether a call may begin: limits that the calls of a key share, and the least time. See [`repair`](crate::repair).

use crate::bounds::{self, Value};
use crate::repair::{Repair, clamp_time};
use crate::{AtLeast, ConcurrencyPolicy, RatePolicy, SlotPolicy};

impl ConcurrencyPolicy {
    pub(crate) const fn repair(self) -> Option<Repair<Self>> {
        match self.slots {
            SlotPolicy::Unlimited => {}
            SlotPolicy::Fixed(limit) => {
                if let Some(now) = bounds::AT_ONCE.clamp(limit) {
                    let to = Self { slots: SlotPolicy::Fixed(now), ..self };
                    return Repair::new(to, &bounds::AT_ONCE.about, Value::Count(limit), Value::Count(now));
                }
            }
            SlotPolicy::Adaptive { min, max } => {
                if let Some(now) = bounds::ADAPTIVE_MIN.clamp(min) {
                    let to = Self { slots: SlotPolicy::Adaptive { min: now, max }, ..self };
                    return Repair::new(to, &bounds::ADAPTIVE_MIN.about, Value::Count(min), Value::Count(now));
                }
                match bounds::ADAPTIVE_MAX.clamp(max) {
                    // If the clamped maximum were below the minimum, the order would have to be repaired next.
                    Some(now) if now >= min => {
                        let to = Self { slots: SlotPolicy::Adaptive { min, max: now }, ..self };
                        return Repair::new(to, &bounds::ADAPTIVE_MAX.about, Value::Count(max), Value::Count(now));
                    }
                    _ => {}
                }
                if max < min {
                    let to = Self { slots: SlotPolicy::Adaptive { min, max: min }, ..self };
                    return Repair::new(to, bounds::ADAPTIVE_ORDER, Value::Count(max), Value::Count(min));
                }
            }
        }
        if let Some((wait, now)) = clamp_time(bounds::SLOT_WAIT, self.wait) {
            let to = Self { wait: Some(now), ..self };
            return Repair::new(to, &bounds::SLOT_WAIT.about, Value::Time(wait), Value::Time(now));
        }
        if let Some(queue) = self.queue {
            if let Some(now) = bounds::QUEUE.clamp(queue) {
                let to = Self { queue: Some(now), ..self };
                return Repair::new(to, &bounds::QUEUE.about, Value::Count(queue), Value::Count(now));
            }
        }
        None
    }
}

impl RatePolicy {
    pub(crate) const fn repair(self) -> Option<Repair<Self>> {
        if let Some((attempts, unit)) = self.amount {
            let most = Self::most(unit);
            // What is above the most of any unit is above that of its own, and has one reason.
            let (now, about) = match attempts {
                0 => (bounds::RATE_AMOUNT.min, &bounds::RATE_AMOUNT.about),
                _ if attempts > most => (most, bounds::RATE_MOST),
                _ => (attempts, bounds::RATE_MOST),
            };
            if now != attempts {
                let to = Self { amount: Some((now, unit)), ..self };
                return Repair::new(to, about, Value::Count(attempts), Value::Count(now));
            }
        }
        if let Some(burst) = self.burst {
            if let Some(now) = bounds::BURST.clamp(burst) {
                let to = Self { burst: Some(now), ..self };
                return Repair::new(to, &bounds::BURST.about, Value::Count(burst), Value::Count(now));
            }
        }
        if let Some((wait, now)) = clamp_time(bounds::RATE_WAIT, self.wait) {
            let to = Self { wait: Some(now), ..self };
            return Repair::new(to, &bounds::RATE_WAIT.about, Value::Time(wait), Value::Time(now));
        }
        None
    }
}

impl AtLeast {
    pub(crate) const fn repair(self) -> Option<Repair<Self>> {
        match self {
            Self::Time(time) => match bounds::AT_LEAST.clamp(time) {
                Some(now) => Repair::new(Self::Time(now), &bounds::AT_LEAST.about, Value::Time(time), Value::Time(now)),
                None => None,
            },
            Self::Percentile { percentile, or } => {
                if let Some(now) = bounds::AT_LEAST_PERCENTILE.clamp(percentile) {
                    let to = Self::Percentile { percentile: now, or };
                    return Repair::new(
                        to,
                        &bounds::AT_LEAST_PERCENTILE.about,
                        Value::Count(percentile),
                        Value::Count(now),
                    );
                }
                match clamp_time(bounds::AT_LEAST, or) {
                    Some((time, now)) => {
                        let to = Self::Percentile { percentile, or: Some(now) };
                        Repair::new(to, &bounds::AT_LEAST.about, Value::Time(time), Value::Time(now))
                    }
                    None => None,
                }
            }
        }
    }
}
